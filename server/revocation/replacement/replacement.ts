import type { Id } from "../../kernel/ids.ts";
import { compromiseDeadline, type ReissueReason, retirementOf } from "../../requests/index.ts";
import type { RevocationOrder } from "../revocation.ts";

/** 再発行・更新による差し替え: what becomes of the certificate whose place another one takes. */

/** As much of a request as the end of the certificate before it needs. */
export interface Replacement {
  readonly id: Id;
  readonly replacesCertificateId: Id | null;
  readonly massRevocationId: Id | null;
  readonly reissueReason: ReissueReason | null;
  readonly graceDays: number | null;
  readonly submittedAt: Temporal.Instant;
}

/**
 * The revocation of a replaced certificate, to be ordered when the new one is issued; null where none follows: a
 * renewal that leaves it alone, or a mass revocation, which has ordered it itself.
 *
 * The subscriber names the day when it asks for the replacement, so the 24 hours of BR 4.9.1.1 (1) run from that day.
 * A compromised key has its deadline from the request on.
 */
export function retirementOrder(
  { id, replacesCertificateId, massRevocationId, ...asked }: Replacement,
  issuedAt: Temporal.Instant,
  explanation: string,
): RevocationOrder | null {
  const { graceDays, reissueReason, submittedAt } = asked;
  if (replacesCertificateId === null || massRevocationId !== null || graceDays === null) return null;
  const executeAt = retirementOf({ graceDays, reissueReason, submittedAt }, issuedAt);
  const compromised = reissueReason === "KEY_COMPROMISED";
  return {
    certificateId: replacesCertificateId,
    ground: compromised ? "KEY_COMPROMISE" : "SUBSCRIBER_REQUEST",
    reason: compromised ? "keyCompromise" : "superseded",
    explanation,
    executeAt,
    dueAt: compromised ? compromiseDeadline(submittedAt) : executeAt,
    origin: { kind: "replacement", id },
  };
}

/** Ordered with the request itself: a compromised key does not wait for anybody's approval (BR 4.9.1.1 (3)). */
export function compromiseOrder(request: Replacement, explanation: string): RevocationOrder | null {
  if (request.replacesCertificateId === null || request.reissueReason !== "KEY_COMPROMISED") return null;
  const deadline = compromiseDeadline(request.submittedAt);
  return {
    certificateId: request.replacesCertificateId,
    ground: "KEY_COMPROMISE",
    reason: "keyCompromise",
    explanation,
    executeAt: deadline,
    dueAt: deadline,
    origin: { kind: "replacement", id: request.id },
  };
}
