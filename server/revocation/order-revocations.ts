import { reportCompromisedKey, revokeCertificates } from "../authority/index.ts";
import type { Executor } from "../db/index.ts";
import { type Distrust, withdrawValidations } from "../domains/index.ts";
import { type Actor, stampOf, system } from "../kernel/actor.ts";
import { timeInJapan } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import type { MailFrame } from "./mails.ts";
import {
  deadlineOf,
  declarationOf,
  type Ground,
  learntAt,
  problemOfOrder,
  type RevocationOrder,
  strongerReason,
} from "./revocation.ts";
import { type RevocableCertificate, revocationStore, type StoredOrder } from "./store.ts";
import { type ToldOrder, tellPlanned, tellRevoked } from "./tell-revocations.ts";

/** Each order by itself: what was ordered, by the id of its order, and what was refused and why. */
export interface OrderedRevocations {
  readonly ordered: readonly { readonly id: Id; readonly certificateId: Id }[];
  readonly refused: readonly { readonly certificateId: Id; readonly problem: Problem }[];
}

/** A group of one transaction, so that a mass revocation never holds the database for long (house.md). */
export const GROUP = 256;

const SHARED_KEY = system("revocation");

/**
 * Orders up to 256 revocations. What is to be done at once is revoked in this very transaction, with its timeline,
 * mail 15 and audit; what is planned waits for `executeDueRevocations`, and the subscriber gets a preliminary notice.
 * After the commit the caller kicks the revocation worker, which publishes the CRLs. To be called last in the
 * transaction: it appends to the audit chains.
 *
 * Each row is decided by itself. An operator orders for its own subscriber alone: anything else is not-found. A
 * certificate that waits for a planned revocation can be revoked at once, which fulfils the plan; a second plan is
 * refused (revocation-planned-already). A compromised key is blocked in every tenant at once, and its other
 * certificates are planned for the end of their deadline, unless the caller orders them itself (`sharedKeys` false).
 * Other problems: certificate-not-revocable, and those of `problemOfOrder`.
 */
export async function orderRevocations(
  tx: Executor,
  frame: MailFrame,
  actor: Actor,
  orders: readonly RevocationOrder[],
  now: Temporal.Instant,
  { sharedKeys = true }: { readonly sharedKeys?: boolean } = {},
): Promise<OrderedRevocations> {
  if (orders.length > GROUP) throw new Error(`at most ${GROUP} revocations a transaction`);
  const store = revocationStore(tx);
  const ids = [...new Set(orders.map(({ certificateId }) => certificateId))];
  const known = new Map((await store.certificates(ids)).map((certificate) => [certificate.id, certificate]));
  const atOnce: Accepted[] = [];
  const planned: Accepted[] = [];
  const refused: OrderedRevocations["refused"][number][] = [];
  const seen = new Set<Id>();
  for (const order of orders) {
    const certificate = known.get(order.certificateId);
    const accepted = accept(order, certificate, actor, now);
    if (seen.has(order.certificateId)) continue;
    seen.add(order.certificateId);
    if (accepted instanceof Problem) {
      refused.push({ certificateId: order.certificateId, problem: accepted });
    } else if (isFuture(order.executeAt, now)) planned.push(accepted);
    else atOnce.push(accepted);
  }
  const revoked = await revokeAtOnce(tx, atOnce, now);
  refused.push(...revoked.refused);
  const orderedNow = revoked.done.map((each) => toldOf(each, actor, now, "DONE"));
  const orderedLater = planned.map((each) => toldOf(each, actor, now, "PLANNED"));
  await store.add([...orderedNow, ...orderedLater].map(({ order }) => order));
  await tellPlanned(tx, frame, actor, orderedLater, now);
  await blockKeys(tx, orderedLater, now);
  await withdrawValidations(tx, actor, [...orderedNow, ...orderedLater].flatMap(distrustOf), now);
  if (sharedKeys) await planSharedKeys(tx, frame, [...orderedNow, ...orderedLater], now);
  await tellRevoked(tx, frame, actor, orderedNow, now);
  const ordered = [...orderedNow, ...orderedLater].map(({ order: { id, certificateId } }) => ({
    id,
    certificateId,
  }));
  return { ordered, refused };
}

interface Accepted {
  readonly id: Id;
  readonly order: RevocationOrder;
  readonly certificate: RevocableCertificate;
}

function accept(
  order: RevocationOrder,
  certificate: RevocableCertificate | undefined,
  actor: Actor,
  now: Temporal.Instant,
): Accepted | Problem {
  const isStrange = actor.kind === "operator" && certificate?.subscriberId !== actor.tenant;
  // Only what came from a request: client and site certificates are taken away where they are given.
  if (!certificate?.request || isStrange) return new Problem("not-found");
  const problem = problemOfOrder(order, actor, now);
  if (problem) return problem;
  const { waiting } = certificate;
  if (waiting && isFuture(order.executeAt, now)) {
    return new Problem("revocation-planned-already", { executeAt: `${timeInJapan(waiting.executeAt)} JST` });
  }
  if (isFuture(order.executeAt, now)) {
    if (isFuture(now, certificate.notAfter)) {
      return new Problem("certificate-not-revocable", { state: "EXPIRED" });
    }
    if (certificate.state === "REVOKED") {
      return new Problem("certificate-not-revocable", { state: "REVOKED" });
    }
  }
  return { id: newId(), order, certificate };
}

/** Revokes them, and fulfils the plans that wait for them. */
async function revokeAtOnce(tx: Executor, accepted: readonly Accepted[], now: Temporal.Instant) {
  const strongest = accepted.map(({ id, order, certificate }) => ({
    id,
    certificate,
    order: { ...order, reason: strongerReason(order.reason, certificate.waiting?.reason ?? null) },
  }));
  const { revoked, refused } = await revokeCertificates(
    tx,
    strongest.map(({ id, order: { certificateId, reason, origin } }) => ({
      certificateId,
      reason,
      at: now,
      declaredIn: declarationOf({ id, origin: origin.kind, originId: origin.id }),
    })),
  );
  const won = new Set(revoked.map(({ certificateId }) => certificateId));
  const done = strongest.filter(({ certificate }) => won.has(certificate.id));
  const store = revocationStore(tx);
  for (const { certificate } of done) {
    if (certificate.waiting) await store.done(certificate.waiting.id, now);
  }
  return { done, refused };
}

/**
 * What follows from a compromise where a plan stands already and was only given this reason: the key is blocked, and
 * its other certificates are planned. To be called last in the transaction, like `orderRevocations`.
 */
export async function followCompromise(
  tx: Executor,
  frame: MailFrame,
  orders: readonly RevocationOrder[],
  now: Temporal.Instant,
): Promise<void> {
  if (orders.length === 0) return;
  const asked = new Map(orders.map((order) => [order.certificateId, order]));
  const certificates = await revocationStore(tx).certificates([...asked.keys()]);
  const told = certificates.flatMap((certificate): ToldOrder[] =>
    certificate.waiting ? [{ order: certificate.waiting, certificate }] : [],
  );
  // Who says so now counts, not what the plan came from.
  const saying = told.map((each) => {
    const origin = asked.get(each.certificate.id)?.origin;
    const { order, certificate } = each;
    return origin ? { certificate, order: { ...order, origin: origin.kind, originId: origin.id } } : each;
  });
  await blockKeys(tx, saying, now);
  await planSharedKeys(tx, frame, told, now);
}

/** A key whose compromise is proven or declared is refused from this moment on, not only from the revocation (BR 6.1.1.3). */
async function blockKeys(tx: Executor, told: readonly ToldOrder[], now: Temporal.Instant): Promise<void> {
  for (const { order, certificate } of told.filter(isCompromise)) {
    await reportCompromisedKey(tx, {
      spkiSha256: certificate.spkiSha256,
      evidence: `order ${order.id}`,
      reportedAt: now,
      declaredIn: declarationOf(order),
    });
  }
}

/**
 * Every other certificate of a compromised key, whoever's it is, must be revoked as well, and from now on the issuer
 * knows it (BR 4.9.1.1 (3)): planned for the end of the deadline, so that the desk and its subscribers hear of it.
 * Here a group of them; the sweep orders what is left, group by group (sweep-blocked-keys.ts).
 */
async function planSharedKeys(
  tx: Executor,
  frame: MailFrame,
  told: readonly ToldOrder[],
  now: Temporal.Instant,
): Promise<void> {
  const sources = new Map<string, StoredOrder>();
  for (const { order, certificate } of told.filter(isCompromise)) {
    const known = sources.get(certificate.spkiSha256);
    if (!known || isFuture(known.dueAt, order.dueAt)) sources.set(certificate.spkiSha256, order);
  }
  const store = revocationStore(tx);
  const others = await store.liveWithKeys([...sources.keys()], now, GROUP);
  if (others.length === 0) return;
  const latest = deadlineOf("KEY_COMPROMISE", now);
  const planned = (await store.certificates(others)).map((certificate) => {
    const from = sources.get(certificate.spkiSha256);
    // The declaration that it rests on, if it does, so that both stand or fall together.
    const source = from ? (declarationOf(from) ?? from.id) : null;
    // The issuer has known of the key as long as of the order that this follows from.
    const dueAt = from && isFuture(latest, from.dueAt) ? from.dueAt : latest;
    const order: RevocationOrder = {
      certificateId: certificate.id,
      ground: "KEY_COMPROMISE",
      reason: "keyCompromise",
      explanation: "",
      executeAt: dueAt,
      dueAt,
      origin: { kind: "shared-key", id: source },
    };
    return toldOf({ id: newId(), order, certificate }, SHARED_KEY, now, "PLANNED");
  });
  await store.add(planned.map(({ order }) => order));
  await tellPlanned(tx, frame, SHARED_KEY, planned, now);
}

/** Where the ground is that control of the names was not shown, or is lost, nothing new may be issued on it either. */
function distrustOf({ order, certificate: { request } }: ToldOrder): Distrust[] {
  const { ground, dueAt, subscriberId } = order;
  if (!DISTRUSTING.includes(ground) || subscriberId === null || request === null) return [];
  return [{ subscriberId, names: request.names, knownAt: learntAt(ground, dueAt) }];
}
const DISTRUSTING: readonly Ground[] = ["VALIDATION_UNRELIABLE", "NO_RIGHT_TO_NAME"];

const isCompromise = ({ order }: ToldOrder) => order.reason === "keyCompromise";

function toldOf(
  { id, order, certificate }: Accepted,
  actor: Actor,
  now: Temporal.Instant,
  state: "DONE" | "PLANNED",
): ToldOrder {
  const { certificateId, ground, reason, explanation, executeAt, dueAt, origin } = order;
  const stored: StoredOrder = {
    id,
    certificateId,
    subscriberId: certificate.subscriberId,
    reason,
    ground,
    explanation,
    state,
    orderedAt: now,
    dueAt,
    executeAt: state === "DONE" ? now : executeAt,
    doneAt: state === "DONE" ? now : null,
    ...stampOf(actor),
    origin: origin.kind,
    originId: origin.id,
    cancelledBy: null,
    cancelReason: null,
    openFor: state === "PLANNED" ? certificateId : null,
    version: 1,
  };
  return { order: stored, certificate };
}

const isFuture = (at: Temporal.Instant, now: Temporal.Instant) => Temporal.Instant.compare(at, now) > 0;
