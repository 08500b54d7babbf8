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

/** Where an issuer's CRL lies, as the CRL distribution point says (RFC 5280 4.2.1.13: plain http, DER). */
export const crlUrl = (repositoryUrl: string, role: IssuerRole): string =>
  `${repositoryUrl}/crl/${repositoryName(role)}.crl`;

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
