import type { RevocationReason } from "../authority/index.ts";
import type { Actor, StaffActor, StaffRole } from "../kernel/actor.ts";
import { timeInJapan } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import { groundRule, REVOCATION_GROUNDS, type RevocationGround } from "../rules/index.ts";

/** 失効: who may have what revoked, why, and by when (BR 4.9.1.1). A revocation is final: there is no suspension. */

export const REASONS = [
  "unspecified",
  "keyCompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "privilegeWithdrawn",
] as const satisfies readonly RevocationReason[];

/** What an operator chooses among (BR 4.9.1.1; RFC 5280 5.3.1). privilegeWithdrawn is the issuer's alone. */
export const SUBSCRIBER_REASONS = [
  "unspecified",
  "keyCompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
] as const satisfies readonly RevocationReason[];
export type SubscriberReason = (typeof SUBSCRIBER_REASONS)[number];

/** PLANNED: will be revoked at `executeAt`; DONE: the certificate is revoked; CANCELLED: it turned out unfounded. */
export const ORDER_STATES = ["PLANNED", "DONE", "CANCELLED"] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** What an order came from; its id is that of the report, the replacement or the plan, where there is one. */
export const ORIGINS = [
  "operator",
  "desk",
  "problem-report",
  "replacement",
  "mass-revocation",
  "shared-key",
] as const;
export type OriginKind = (typeof ORIGINS)[number];
export interface Origin {
  readonly kind: OriginKind;
  readonly id: Id | null;
}

/** A group of one transaction, so that a mass revocation never holds the database for long (house.md). */
export const GROUP = 256;

export const GROUNDS = REVOCATION_GROUNDS;
export type Ground = RevocationGround;

/** The ground of what a subscriber asks for: its own request, or the compromise that it reports. */
export const groundOfReason = (reason: SubscriberReason): Ground =>
  reason === "keyCompromise" ? "KEY_COMPROMISE" : "SUBSCRIBER_REQUEST";

/** The grounds on which the issuing company itself revokes, and those a subscriber may name. */
export const groundsOf = (who: "subscriber" | "desk", now: Temporal.Instant): readonly Ground[] =>
  GROUNDS.filter((ground) => groundRule(ground, now).by.includes(who));

/** What the CRL may say for a ground; the first is the usual one. */
export const reasonsOf = (ground: Ground, now: Temporal.Instant): readonly RevocationReason[] =>
  groundRule(ground, now).reasons;

/** By when a certificate must be revoked of which the issuer has known this ground since `knownAt` (BR 4.9.1.1). */
export const deadlineOf = (ground: Ground, knownAt: Temporal.Instant): Temporal.Instant =>
  knownAt.add({ hours: groundRule(ground, knownAt).deadlineHours });

/** The other way round: when the issuer learnt of what has to be done by `dueAt`. */
export const learntAt = (ground: Ground, dueAt: Temporal.Instant): Temporal.Instant =>
  dueAt.subtract({ hours: groundRule(ground, dueAt).deadlineHours });

/** Whoever decides what may be issued decides what must be revoked; finance does neither. */
const REVOKING_ROLES: readonly StaffRole[] = ["VETTER", "VETTING_APPROVER", "ADMINISTRATOR"];

/** @throws Problem not-allowed for staff that decide nothing about revocations */
export function requireRevoking({ roles }: Pick<StaffActor, "roles">): void {
  if (!roles.some((role) => REVOKING_ROLES.includes(role))) throw new Problem("not-allowed");
}

/** What somebody wants to have revoked. */
export interface RevocationOrder {
  readonly certificateId: Id;
  readonly ground: Ground;
  readonly reason: RevocationReason;
  /** Shown to the subscriber. */
  readonly explanation: string;
  /** Now or earlier: at once. */
  readonly executeAt: Temporal.Instant;
  /** `deadlineOf` the moment the issuer learnt of the ground. */
  readonly dueAt: Temporal.Instant;
  readonly origin: Origin;
}

/**
 * May this actor order that? Operators on a subscriber's grounds, staff and the system on all of them, nobody else;
 * only with a reason that belongs to the ground, and no later than the deadline. What is overdue is done at once.
 * Gives the problem: not-allowed, revocation-ground-refused, revocation-reason-refused, revocation-too-late.
 */
export function problemOfOrder(order: RevocationOrder, actor: Actor, now: Temporal.Instant): Problem | null {
  const { ground, reason, executeAt, dueAt } = order;
  if (actor.kind === "applicant" || actor.kind === "public") return new Problem("not-allowed");
  if (actor.kind === "staff" && !actor.roles.some((role) => REVOKING_ROLES.includes(role))) {
    return new Problem("not-allowed");
  }
  const rule = groundRule(ground, now);
  if (!rule.by.includes(actor.kind === "operator" ? "subscriber" : "desk")) {
    return new Problem("revocation-ground-refused", { ground });
  }
  if (!rule.reasons.includes(reason)) return new Problem("revocation-reason-refused", { ground, reason });
  const latest = deadlineOf(ground, askedFor(order, now));
  const isPlanned = isAfter(executeAt, now);
  if (isAfter(dueAt, latest) || (isPlanned && isAfter(executeAt, dueAt))) {
    return new Problem("revocation-too-late", {
      latest: `${timeInJapan(isAfter(dueAt, latest) ? latest : dueAt)} JST`,
    });
  }
  return null;
}

/** Whoever replaces its own certificate names the day on which the old one shall go: the request is for that day. */
const askedFor = ({ ground, origin, executeAt }: RevocationOrder, now: Temporal.Instant) =>
  ground === "SUBSCRIBER_REQUEST" && origin.kind === "replacement" && isAfter(executeAt, now)
    ? executeAt
    : now;

/**
 * The reason that is published when a certificate is revoked on one order while another one waits: the compromise of
 * its key is never hidden behind another reason (BR 4.9.1.1, Mozilla's root policy 6.1.1).
 */
export const strongerReason = (
  reason: RevocationReason,
  waiting: RevocationReason | null,
): RevocationReason => (waiting === "keyCompromise" ? waiting : reason);

/**
 * The order in which a subscriber declared a key compromised, without a proof, where this order rests on that: its own
 * for what a subscriber asks for, the other one for a certificate of the same key. Null: proven, or found by the issuer.
 */
export function declarationOf(order: {
  readonly id: Id;
  readonly origin: OriginKind;
  readonly originId: Id | null;
}): Id | null {
  if (isSubscribersOwn(order.origin)) return order.id;
  return order.origin === "shared-key" ? order.originId : null;
}

/**
 * What the block of a key rests on when a plan that names its compromise is carried out. The plan blocked the key when
 * it was made; that it is carried out, also on behalf of an issuer that has made it its own, proves nothing more.
 */
export const carriedOutIn = (plan: Parameters<typeof declarationOf>[0]): Id => declarationOf(plan) ?? plan.id;

/** A planned revocation as far as calling it off goes. */
export interface Cancellable {
  readonly id: Id;
  readonly state: OrderState;
  readonly ground: Ground;
  readonly origin: OriginKind;
  readonly originId: Id | null;
}

/**
 * May a planned revocation be called off? Only where its ground can turn out unfounded, and by staff or the system;
 * by an operator only what its own subscriber asked for.
 *
 * A compromise cannot, once it is proven. One that a subscriber only declared can, as long as nothing else proves it:
 * by the operators of that subscriber, and by staff, also for the certificates of others that carry the same key.
 * @param declaredIn the order in which the key was declared compromised; null where it is proven or not blocked
 * @throws Problem not-allowed, revocation-not-cancellable
 */
export function requireCancellable(
  order: Cancellable,
  declaredIn: Id | null,
  actor: Actor,
  now: Temporal.Instant,
): void {
  const may =
    (actor.kind === "staff" && actor.roles.some((role) => REVOKING_ROLES.includes(role))) ||
    actor.kind === "system" ||
    (actor.kind === "operator" && isSubscribersOwn(order.origin));
  if (!may) throw new Problem("not-allowed");
  const isOnlyDeclared = declaredIn !== null && declarationOf(order) === declaredIn;
  const mayBeUnfounded = groundRule(order.ground, now).mayTurnOutUnfounded || isOnlyDeclared;
  if (order.state !== "PLANNED" || !mayBeUnfounded) {
    throw new Problem("revocation-not-cancellable", { state: order.state });
  }
}

/** What a subscriber itself asked for: an operator, or an applicant with a replacement. */
export const SUBSCRIBERS_OWN: readonly OriginKind[] = ["operator", "replacement"];
export const isSubscribersOwn = (origin: OriginKind): boolean => SUBSCRIBERS_OWN.includes(origin);

/** The same as a question, for pages. */
export function isCancellable(...asked: Parameters<typeof requireCancellable>): boolean {
  try {
    requireCancellable(...asked);
    return true;
  } catch (error) {
    if (isProblem(error)) return false;
    throw error;
  }
}

const isAfter = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) > 0;
