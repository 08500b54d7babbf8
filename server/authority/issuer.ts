/** The certification authorities of both hierarchies, and what becomes of what they sign (house.md, "Keys and files"). */

/**
 * Two hierarchies that never meet: CUSTOMER_* sign what subscribers buy; STAFF_ROOT signs staff, operators and the
 * sites' own TLS. Mutual-TLS listeners trust STAFF_ROOT alone.
 */
export const ISSUER_ROLES = ["CUSTOMER_ROOT", "CUSTOMER_OV", "CUSTOMER_EV", "STAFF_ROOT"] as const;
export type IssuerRole = (typeof ISSUER_ROLES)[number];

/** The issuers whose keys are open while the server runs. The customers' root signs at its ceremony alone. */
export const ONLINE_ROLES = ["CUSTOMER_OV", "CUSTOMER_EV", "STAFF_ROOT"] as const;
export type OnlineRole = (typeof ONLINE_ROLES)[number];

/** What an issuer is called in the repository's addresses: `customer-ov`. */
export const repositoryName = (role: IssuerRole): string => role.toLowerCase().replaceAll("_", "-");

/** Where an issuer's own certificate lies, as AIA caIssuers says (RFC 5280 4.2.2.1: one certificate, DER). */
export const issuerUrl = (repositoryUrl: string, role: IssuerRole): string =>
  `${repositoryUrl}/ca/${repositoryName(role)}.cer`;

/** What a CRL is called in the repository's addresses: `customer-ov`, its partitions `customer-ov-1` and so on. */
const crlName = (role: IssuerRole, partition: number): string =>
  partition === 0 ? repositoryName(role) : `${repositoryName(role)}-${partition}`;

/**
 * Where an issuer's CRL lies, or one partition of it, as the CRL distribution point says (RFC 5280 4.2.1.13: plain
 * http, DER).
 */
export const crlUrl = (repositoryUrl: string, role: IssuerRole, partition = 0): string =>
  `${repositoryUrl}/crl/${crlName(role, partition)}.crl`;

/** Where the responder answers, for every issuer alike (RFC 6960 appendix A). */
export const ocspUrl = (repositoryUrl: string): string => `${repositoryUrl}/ocsp`;

/** At most so many partitions of an issuer's CRL: each is one more CRL to build and to serve. */
export const MOST_CRL_PARTITIONS = 64;

/**
 * The partition of its issuer's CRL that lists a serial, fixed at issuance: 1 to `partitions`, evenly, since serials are
 * random; 0, the complete CRL, where the issuer has none.
 */
export function crlPartitionOf(serial: string, partitions: number): number {
  return partitions === 0 ? 0 : 1 + (Number.parseInt(serial.slice(-8), 16) % partitions);
}

/** PENDING until stored; ABANDONED serials answer "revoked", they are never signed again. */
export const INTENT_STATES = ["PENDING", "COMPLETED", "ABANDONED"] as const;
export type IntentState = (typeof INTENT_STATES)[number];

/** Expiry is a matter of the clock, not of a column. */
export const CERTIFICATE_STATES = ["ACTIVE", "REPLACED", "REVOKED"] as const;
export type CertificateState = (typeof CERTIFICATE_STATES)[number];

/** RFC 5280 5.3.1; only those that BR 7.2.2 lets appear. */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
} as const;
export type RevocationReason = keyof typeof REVOCATION_REASONS;
