import type { Actor, OperatorActor, StaffActor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { SubscriberPolicy } from "../organizations/index.ts";
import type { FACTOR_OWNERS, FactorKind } from "./account.ts";

/** Who enters with a client certificate and gives a second factor for what cannot be undone. */
export type FactorActor = OperatorActor | StaffActor;

export interface FactorOwner {
  readonly kind: (typeof FACTOR_OWNERS)[number];
  readonly id: Id;
}

export const ownerOf = (actor: FactorActor): FactorOwner =>
  actor.kind === "operator"
    ? { kind: "operator", id: actor.operatorId }
    : { kind: "staff", id: actor.staffId };

export const isFactorActor = (actor: Actor): actor is FactorActor =>
  actor.kind === "operator" || actor.kind === "staff";

/** A factor as its owner sees it. */
export interface Factor {
  readonly id: Id;
  readonly kind: FactorKind;
  readonly name: string;
  readonly createdAt: Temporal.Instant;
  readonly lastUsedAt: Temporal.Instant | null;
}

/** How long a factor once given counts for further approvals. */
const FACTOR_FRESH = Temporal.Duration.from({ minutes: 5 });
/** The same for sending a form whose page asked for it, and which takes a while to fill in. */
const FACTOR_FRESH_WHILE_TYPING = Temporal.Duration.from({ minutes: 30 });

/** What the session remembers of the last factor given. */
export interface FactorMark {
  /** Epoch milliseconds. */
  readonly secondFactorAt: number | undefined;
  /** The client certificate it was given with: another certificate has given nothing. */
  readonly fingerprint: string | undefined;
}

export function isFresh(
  mark: FactorMark,
  actor: FactorActor,
  now: Temporal.Instant,
  typing = false,
): boolean {
  if (mark.secondFactorAt === undefined || mark.fingerprint !== actor.fingerprint) return false;
  const age = now.epochMilliseconds - mark.secondFactorAt;
  const limit = typing ? FACTOR_FRESH_WHILE_TYPING : FACTOR_FRESH;
  return age >= 0 && age < limit.total("milliseconds");
}

/** Do approvals ask for it? Always of staff; of operators unless their subscriber decided otherwise (safety.md 2). */
export function policyRequires(actor: FactorActor, policy: SubscriberPolicy | null): boolean {
  return actor.kind === "staff" || (policy?.secondFactorForApproval ?? true);
}
