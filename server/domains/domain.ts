import type { ValidationMethod } from "../rules/index.ts";

/** Registered domains and addresses, and the proof that the organisation controls them (BR 3.2.2.4, 3.2.2.5). */

export const DOMAIN_LIMIT = 50;

export const DOMAIN_STATES = [
  "REGISTERED",
  "DCV_PENDING",
  "VALIDATED",
  "EXPIRING",
  "EXPIRED",
  "DENIED",
  "REMOVED",
] as const;
export type DomainState = (typeof DOMAIN_STATES)[number];

export const VALIDATION_STATES = ["PENDING", "VALIDATED", "FAILED", "SUPERSEDED", "WITHDRAWN"] as const;
export type ValidationState = (typeof VALIDATION_STATES)[number];

/** 承認範囲. FQDN: that name alone. SUBDOMAIN: that name and what lies under it. BASE_DOMAIN: the same at the base domain. */
export const APPROVAL_SCOPES = ["FQDN", "SUBDOMAIN", "BASE_DOMAIN"] as const;
export type ApprovalScope = (typeof APPROVAL_SCOPES)[number];

/** A validation as far as coverage asks. */
export interface ValidationRecord {
  readonly id: string;
  readonly method: ValidationMethod;
  readonly authorizationDomainName: string | null;
  readonly scope: ApprovalScope;
  readonly state: ValidationState;
  readonly startedAt: Temporal.Instant;
}
