import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import { deadlineOf, type Ground } from "../revocation.ts";

/**
 * 一括失効: many certificates of many subscribers revoked for one cause, by one deadline, with their replacements
 * issued ahead (BR 4.9.1.1, 5.7.1.2: the plan for it is tested once a year, which is what a drill is for).
 */

/**
 * DRAFT: the set is gathered and stands still. RUNNING: revocations are ordered, subscribers told, replacements under
 * way. REVOKED: nothing of the set is valid any more. CLOSED: a person has signed the report. ABANDONED: never begun.
 */
export const MASS_STATES = ["DRAFT", "RUNNING", "REVOKED", "CLOSED", "ABANDONED"] as const;
export type MassState = (typeof MASS_STATES)[number];

/** What decides about the replacement of a certificate. */
export type ReplacementPlan = "AUTOMATIC" | "NEW_KEY" | "NEW_VALIDATION" | "NONE";

/**
 * What a ground lets the issuing company do by itself. A key that is not the cause may be certified again, and the
 * vetted record may have been put right; what rests on a bad key or a bad validation waits for the subscriber; what
 * was revoked for its owner's conduct, or because it was never asked for, gets nothing in its place.
 */
const PLANS = {
  SUBSCRIBER_REQUEST: "NONE",
  UNAUTHORISED_REQUEST: "NONE",
  KEY_COMPROMISE: "NEW_KEY",
  KEY_COMPUTABLE: "NEW_KEY",
  VALIDATION_UNRELIABLE: "NEW_VALIDATION",
  WEAK_PARAMETERS: "NEW_KEY",
  MISUSE: "NONE",
  AGREEMENT_BREACH: "NONE",
  NO_RIGHT_TO_NAME: "NEW_VALIDATION",
  WRONG_DATA: "AUTOMATIC",
  NON_COMPLIANCE: "AUTOMATIC",
  CA_CEASES: "NONE",
} as const satisfies Record<Ground, ReplacementPlan>;

export const planOf = (ground: Ground): ReplacementPlan => PLANS[ground];

/** How a member stands with its replacement by the issuing company. PENDING until the case has come to it. */
export const MEMBER_REPLACEMENTS = ["PENDING", "REQUESTED", "SUBSCRIBER", "NONE"] as const;
export type MemberReplacement = (typeof MEMBER_REPLACEMENTS)[number];

/** When the set is revoked: at the end of the time that the rules leave, or at once. */
export const TIMINGS = ["DEADLINE", "AT_ONCE"] as const;
export type Timing = (typeof TIMINGS)[number];

/** What ten thousand revocations and their CRLs need, twice over: so much earlier than the deadline they begin. */
const AHEAD_OF_DEADLINE = Temporal.Duration.from({ minutes: 30 });

/**
 * Deadline and time of execution of a case, from the moment its cause became known.
 * Problem: mass-revocation-known-ahead, where that moment has not come yet.
 */
export function scheduleOf(
  { ground, knownAt, timing }: { ground: Ground; knownAt: Temporal.Instant; timing: Timing },
  now: Temporal.Instant,
): { readonly dueAt: Temporal.Instant; readonly executeAt: Temporal.Instant } {
  if (Temporal.Instant.compare(knownAt, now) > 0) throw new Problem("mass-revocation-known-ahead");
  const dueAt = deadlineOf(ground, knownAt);
  const ahead = dueAt.subtract(AHEAD_OF_DEADLINE);
  const late = Temporal.Instant.compare(ahead, now) <= 0;
  return { dueAt, executeAt: timing === "AT_ONCE" || late ? now : ahead };
}

/** As much of a case as a decision about it needs. */
export interface DecidableCase {
  readonly state: MassState;
  readonly createdBy: Id;
}

/**
 * Four eyes: whoever gathered the set does not set it going.
 * Problems: mass-revocation-state, mass-revocation-four-eyes.
 */
export function requireStartable(mass: DecidableCase, actor: { readonly staffId: Id }): void {
  requireState(mass, "DRAFT");
  if (mass.createdBy === actor.staffId) throw new Problem("mass-revocation-four-eyes");
}

/** Problem: mass-revocation-state, with the state it is in. */
export function requireState({ state }: Pick<DecidableCase, "state">, wanted: MassState): void {
  if (state !== wanted) throw new Problem("mass-revocation-state", { state });
}

/** The job that orders, tells and replaces. */
export const MASS_REVOCATION_JOB = "revocation.mass";

/** Who acts where the issuing company does so by itself in a case that two people have set going. */
export const MASS_ACTOR = "mass revocation";
