import type { CertificateState } from "../authority/index.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import type { Product } from "./request.ts";

/**
 * What a certificate is asked for. RENEWAL (更新) follows another one with a term of its own; REISSUE (再発行) takes its
 * place: the same organisation, product, names and end, and another key.
 */
export const REQUEST_KINDS = ["NEW", "RENEWAL", "REISSUE"] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** Why a certificate is asked for again. KEY_COMPROMISED starts the 24 hours of BR 4.9.1.1. */
export const REISSUE_REASONS = [
  "KEY_LOST",
  "KEY_COMPROMISED",
  "SERVER_CHANGE",
  "KEY_CHANGE",
  "OTHER",
] as const;
export type ReissueReason = (typeof REISSUE_REASONS)[number];

/** Days from the new certificate to the end of the old one, offered and permitted; 0: with the new one's issuance. */
export const GRACE_DAYS = [0, 1, 3, 7, 14, 30] as const;
export const DEFAULT_GRACE_DAYS = 7;

/** BR 4.9.1.1: a key known to be compromised leaves no more than 24 hours. */
const COMPROMISE_LIMIT = Temporal.Duration.from({ hours: 24 });

/**
 * When the replaced certificate is to be revoked: the grace period counted from the new certificate, and where the
 * key is compromised never later than 24 hours after that was said.
 */
export function retirementOf(
  asked: {
    readonly reissueReason: ReissueReason | null;
    readonly graceDays: number;
    readonly submittedAt: Temporal.Instant;
  },
  issuedAt: Temporal.Instant,
): Temporal.Instant {
  const after = issuedAt.add({ hours: 24 * asked.graceDays });
  if (asked.reissueReason !== "KEY_COMPROMISED") return after;
  const latest = compromiseDeadline(asked.submittedAt);
  return Temporal.Instant.compare(after, latest) < 0 ? after : latest;
}

/** BR 4.9.1.1 (3): 24 hours from the moment that the issuing company was told. */
export const compromiseDeadline = (toldAt: Temporal.Instant): Temporal.Instant =>
  toldAt.add(COMPROMISE_LIMIT);

/** The certificate whose place a request takes, as far as a decision needs it. */
export interface Replaced {
  readonly certificateId: Id;
  readonly state: CertificateState;
  readonly revocationReason: number | null;
  readonly notAfter: Temporal.Instant;
  readonly spkiSha256: string;
  readonly organizationId: Id;
  readonly product: Product;
  readonly names: readonly string[];
  /** Another certificate has its place already, whatever became of this one since. */
  readonly isReplaced: boolean;
  /** Printed as the certificate says it. */
  readonly subject: string;
}

/** A request that takes the place of a certificate. */
export interface Reissue {
  readonly organizationId: Id;
  readonly product: Product;
  readonly names: readonly string[];
  readonly spkiSha256: string;
  readonly endsAt: Temporal.Instant | null;
  /** Set where the issuing company replaces it by itself, in a mass revocation. */
  readonly massRevocationId: Id | null;
}

/** RFC 5280 5.3.1: privilegeWithdrawn is the issuer's own word for misuse, and nothing is replaced after it. */
const PRIVILEGE_WITHDRAWN = 9;

/**
 * May another certificate take this one's place? Only one that lives, or that was revoked without its owner's fault
 * (EVG 3.2.2.14.2: "not revoked due to fraud or other illegal conduct"), and only until its end.
 * Problem: certificate-not-replaceable with the state.
 */
export function replaceable(
  replaced: Pick<Replaced, "state" | "revocationReason" | "notAfter" | "isReplaced">,
  now: Temporal.Instant,
): Problem | null {
  if (Temporal.Instant.compare(replaced.notAfter, now) <= 0) {
    return new Problem("certificate-not-replaceable", { state: "EXPIRED" });
  }
  const revokedInDisgrace = replaced.state === "REVOKED" && replaced.revocationReason === PRIVILEGE_WITHDRAWN;
  if (revokedInDisgrace) return new Problem("certificate-not-replaceable", { state: "REVOKED" });
  const taken = replaced.isReplaced || replaced.state === "REPLACED";
  return taken ? new Problem("certificate-not-replaceable", { state: "REPLACED" }) : null;
}

/**
 * What stands in the way of a reissue besides the checks of every request: the certificate cannot be replaced, the key
 * is the old one, or something else than the key would change.
 *
 * The issuing company itself may give a certificate again with its old key where the key is not the cause, and with a
 * subject that the record has put right meanwhile (BR 4.9.1.1 asks for the revocation, not for another key).
 *
 * @param subject what the vetted record gives today, printed
 */
export function judgeReissue(
  request: Reissue,
  replaced: Replaced,
  subject: string,
  now: Temporal.Instant,
): readonly Problem[] {
  const standing = replaceable(replaced, now);
  if (standing) return [standing];
  const own = request.massRevocationId === null;
  if (own && request.spkiSha256 === replaced.spkiSha256) return [new Problem("reissue-same-key")];
  const same =
    request.product === replaced.product &&
    request.organizationId === replaced.organizationId &&
    request.names.toSorted().join() === replaced.names.toSorted().join() &&
    request.endsAt !== null &&
    Temporal.Instant.compare(request.endsAt, replaced.notAfter) === 0 &&
    (!own || subject === replaced.subject);
  return same ? [] : [new Problem("reissue-differs")];
}
