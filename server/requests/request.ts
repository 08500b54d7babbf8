import type { Problem } from "../kernel/problem.ts";

/** 証明書の申請: from the applicant's submission to the certificate (domain.md 3). */

export const PRODUCTS = ["OV", "EV"] as const;
export type Product = (typeof PRODUCTS)[number];

export const SHAPES = ["SINGLE", "MULTI", "WILDCARD"] as const;
export type Shape = (typeof SHAPES)[number];

export const REQUEST_STATES = [
  "PENDING_APPROVAL",
  "REJECTED",
  "CANCELLED",
  "APPROVED",
  "ISSUING",
  "ISSUE_FAILED",
  "ISSUED",
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

export const REQUEST_EVENTS = [
  "SUBMITTED",
  "APPROVED",
  "REJECTED",
  "CANCELLED",
  "ISSUING",
  "ISSUED",
  "ISSUE_FAILED",
  "RECOVERED",
  "DOWNLOADED",
  "REVOKED",
] as const;
export type RequestEvent = (typeof REQUEST_EVENTS)[number];

/** Which validation stood behind a name when its certificate was made. */
export interface CoverageEvidence {
  readonly name: string;
  readonly validationId: string;
  readonly method: string;
  readonly authorizationDomainName: string;
}

/** Why issuing stopped, as a problem code with its parameters, so that it reads in either language. */
export interface IssueFailure {
  readonly code: Problem["code"];
  readonly params: Record<string, string | number>;
}
