import { createHash } from "node:crypto";
import type { CertificateState, IssuerRole } from "../authority/index.ts";
import { OID, type ParsedCertificate, PROFILES, type ProfileName, parseCertificate } from "../pki/index.ts";
import type { HolderKind } from "./operator.ts";

/** What the TLS layer knows of the certificate that a browser showed. */
export interface PresentedCertificate {
  /** The leaf; null when none was shown. */
  readonly der: Uint8Array | null;
  /** OpenSSL built a chain to the staff root and found every certificate of it within its validity. */
  readonly authorized: boolean;
  /** OpenSSL's name for what it found wrong, e.g. CERT_HAS_EXPIRED. */
  readonly authorizationError: string | null;
  /** The handshake was shortened: whose certificate stands behind it was not proven now. */
  readonly resumed: boolean;
}

/** Why somebody is not let in, as far as they are told. */
export const REFUSALS = [
  "absent",
  "resumed",
  "untrusted",
  "out-of-date",
  "unsuitable",
  "not-admitted",
] as const;
export type Refusal = (typeof REFUSALS)[number];

export type Verdict =
  | { readonly accepted: true; readonly fingerprint: string }
  | { readonly accepted: false; readonly refusal: Refusal };

/** The profile whose certificates open a holder's site, and no other profile's do. */
export const CLIENT_PROFILE = {
  operator: "OPERATOR_CLIENT",
  staff: "STAFF_CLIENT",
} as const satisfies Record<HolderKind, ProfileName>;

/** How a certificate is found in the database: SHA-256 over its DER, lower-case hex. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex");
}

/**
 * Could this certificate open the site of such holders at all? Judged once for each connection, from the certificate
 * alone; whether its holder is let in is asked of the database on every request (admission.ts).
 *
 * Node accepts a certificate without any extended key usage, and a CA's; under TLS 1.3 a resumed connection may even
 * claim to be authorized with no certificate at all. So everything is asked here again (RFC 5280 4.2.1.9, 4.2.1.12).
 */
export function judgeClientCertificate(
  presented: PresentedCertificate,
  holder: HolderKind,
  now: Temporal.Instant,
): Verdict {
  const { der, authorized, authorizationError, resumed } = presented;
  if (resumed) return refused("resumed");
  if (der === null) return refused("absent");
  if (!authorized) return refused(refusalFor(authorizationError));
  const certificate = readOrNull(der);
  if (certificate === null) return refused("unsuitable");
  if (!isWithinValidity(certificate, now)) return refused("out-of-date");
  if (certificate.basicConstraints?.certificateAuthority === true) return refused("unsuitable");
  if (!certificate.extendedKeyUsage.includes(OID.clientAuth)) return refused("unsuitable");
  if (!hasPoliciesOf(certificate, CLIENT_PROFILE[holder])) return refused("unsuitable");
  return { accepted: true, fingerprint: fingerprintOf(der) };
}

const refused = (refusal: Refusal): Verdict => ({ accepted: false, refusal });

function refusalFor(authorizationError: string | null): Refusal {
  switch (authorizationError) {
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return "out-of-date";
    case "INVALID_PURPOSE":
      return "unsuitable";
    default:
      return "untrusted";
  }
}

function readOrNull(der: Uint8Array): ParsedCertificate | null {
  try {
    return parseCertificate(der);
  } catch {
    // A certificate of ours is strict DER; whatever is wrong with this one, it is none of ours.
    return null;
  }
}

function hasPoliciesOf(certificate: ParsedCertificate, profile: ProfileName): boolean {
  return PROFILES[profile].policies.every((policy) => certificate.policies.includes(policy));
}

/** Both ends are included, to the second (RFC 5280 4.1.2.5). */
function isWithinValidity(
  validity: { readonly notBefore: Temporal.Instant; readonly notAfter: Temporal.Instant },
  now: Temporal.Instant,
): boolean {
  return (
    Temporal.Instant.compare(validity.notBefore, now) <= 0 &&
    Temporal.Instant.compare(now, validity.notAfter.add({ seconds: 1 })) < 0
  );
}

/** What the database says about a client certificate now. */
export interface CertificateStanding {
  readonly removedAt: Temporal.Instant | null;
  readonly certificateState: CertificateState;
  readonly profile: ProfileName;
  readonly issuerRole: IssuerRole;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
}

/** Is it one of ours for such holders, neither revoked, replaced nor taken away, and within its validity? */
export function isInForce(standing: CertificateStanding, holder: HolderKind, now: Temporal.Instant): boolean {
  return (
    standing.removedAt === null &&
    standing.certificateState === "ACTIVE" &&
    standing.profile === CLIENT_PROFILE[holder] &&
    standing.issuerRole === "STAFF_ROOT" &&
    isWithinValidity(standing, now)
  );
}
