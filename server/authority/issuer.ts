/** The certification authorities of both hierarchies, and what becomes of what they sign (house.md, "Keys and files"). */

/**
 * Two hierarchies that never meet: CUSTOMER_* sign what subscribers buy; STAFF_ROOT signs staff, operators and the
 * sites' own TLS. Mutual-TLS listeners trust STAFF_ROOT alone.
 */
export const ISSUER_ROLES = ["CUSTOMER_ROOT", "CUSTOMER_OV", "CUSTOMER_EV", "STAFF_ROOT"] as const;
export type IssuerRole = (typeof ISSUER_ROLES)[number];

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
