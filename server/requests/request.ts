import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";

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
  "REVOCATION_PLANNED",
  "REVOCATION_CANCELLED",
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

/** The stored failure as the problem it was. */
export function problemOf({ code, params }: IssueFailure): Problem {
  return new Problem(code, ...([params] as unknown as []));
}

/** What can happen to a request, from which states, and what it is then. The whole life of a request is this table. */
export const TRANSITIONS = {
  approve: { from: ["PENDING_APPROVAL"], to: "APPROVED", event: "APPROVED" },
  reject: { from: ["PENDING_APPROVAL"], to: "REJECTED", event: "REJECTED" },
  /** By its requester. */
  withdraw: { from: ["PENDING_APPROVAL"], to: "CANCELLED", event: "CANCELLED" },
  /** By an operator: until issuing starts. */
  cancel: { from: ["PENDING_APPROVAL", "APPROVED"], to: "CANCELLED", event: "CANCELLED" },
  claim: { from: ["APPROVED"], to: "ISSUING", event: "ISSUING" },
  complete: { from: ["ISSUING"], to: "ISSUED", event: "ISSUED" },
  fail: { from: ["ISSUING"], to: "ISSUE_FAILED", event: "ISSUE_FAILED" },
  recover: { from: ["ISSUING"], to: "APPROVED", event: "RECOVERED" },
} as const satisfies Record<string, { from: readonly RequestState[]; to: RequestState; event: RequestEvent }>;
export type Transition = keyof typeof TRANSITIONS;

export function mayHappen(transition: Transition, state: RequestState): boolean {
  return (TRANSITIONS[transition].from as readonly RequestState[]).includes(state);
}

/** As much of a request as a decision about it needs. */
export interface Decidable {
  readonly state: RequestState;
  readonly requesterPersonId: Id;
}

/**
 * May this person approve? Whoever requested does not approve, compared as persons: an operator's own applicant login
 * is the same person (domain.md 3). The subscriber's policy may waive that.
 *
 * @throws Problem request-not-pending, approver-is-requester
 */
export function approve(
  request: Decidable,
  approver: { readonly personId: Id },
  policy: { readonly samePersonMayApprove: boolean },
): RequestState {
  requirePending(request.state, "approve");
  if (request.requesterPersonId === approver.personId && !policy.samePersonMayApprove) {
    throw new Problem("approver-is-requester");
  }
  return TRANSITIONS.approve.to;
}

/** Any operator may reject, the requester included. @throws Problem request-not-pending */
export function reject(request: Decidable): RequestState {
  requirePending(request.state, "reject");
  return TRANSITIONS.reject.to;
}

/** By an operator, until issuing starts. @throws Problem request-not-cancellable */
export function cancel(request: Decidable): RequestState {
  if (!mayHappen("cancel", request.state)) {
    throw new Problem("request-not-cancellable", { state: request.state });
  }
  return TRANSITIONS.cancel.to;
}

/** By the requester alone, while approval is pending. @throws Problem not-allowed, request-not-cancellable */
export function withdraw(request: Decidable, requester: { readonly personId: Id }): RequestState {
  if (request.requesterPersonId !== requester.personId) throw new Problem("not-allowed");
  if (!mayHappen("withdraw", request.state)) {
    throw new Problem("request-not-cancellable", { state: request.state });
  }
  return TRANSITIONS.withdraw.to;
}

function requirePending(state: RequestState, transition: "approve" | "reject"): void {
  if (!mayHappen(transition, state)) throw new Problem("request-not-pending", { state });
}

/** Whose turn it is, so that nobody has to ask on the phone. */
const NEXT_STEPS = {
  PENDING_APPROVAL: { who: "operator", what: "approve" },
  APPROVED: { who: "system", what: "issue" },
  ISSUING: { who: "system", what: "issue" },
  ISSUE_FAILED: { who: "applicant", what: "requestAgain" },
  REJECTED: { who: "applicant", what: "requestAgain" },
  CANCELLED: null,
  ISSUED: { who: "applicant", what: "download" },
} as const satisfies Record<RequestState, { who: string; what: string } | null>;

export type NextStep = {
  readonly who: "operator" | "system" | "applicant";
  readonly what: "approve" | "issue" | "requestAgain" | "download" | "renew";
} | null;

/** The next step of a request; once its certificate has been fetched, that is its renewal. */
export function nextStep(request: {
  state: RequestState;
  firstDownloadedAt: Temporal.Instant | null;
}): NextStep {
  if (request.state === "ISSUED" && request.firstDownloadedAt !== null) {
    return { who: "applicant", what: "renew" };
  }
  return NEXT_STEPS[request.state];
}
