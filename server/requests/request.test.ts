import { describe, expect, test } from "vitest";
import { isProblem } from "../kernel/problem.ts";
import {
  approve,
  cancel,
  type Decidable,
  mayHappen,
  nextStep,
  REQUEST_STATES,
  type RequestState,
  reject,
  TRANSITIONS,
  type Transition,
  withdraw,
} from "./request.ts";

const STRICT = { samePersonMayApprove: false };
const requestIn = (state: RequestState): Decidable => ({ state, requesterPersonId: "hanako" });

function outcome(work: () => RequestState): string {
  try {
    return work();
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
}

describe("who may do what in which state", () => {
  // state | approve | reject | cancel (operator) | withdraw (requester)
  test.each([
    ["PENDING_APPROVAL", "APPROVED", "REJECTED", "CANCELLED", "CANCELLED"],
    [
      "REJECTED",
      "request-not-pending",
      "request-not-pending",
      "request-not-cancellable",
      "request-not-cancellable",
    ],
    [
      "CANCELLED",
      "request-not-pending",
      "request-not-pending",
      "request-not-cancellable",
      "request-not-cancellable",
    ],
    ["APPROVED", "request-not-pending", "request-not-pending", "CANCELLED", "request-not-cancellable"],
    [
      "ISSUING",
      "request-not-pending",
      "request-not-pending",
      "request-not-cancellable",
      "request-not-cancellable",
    ],
    [
      "ISSUE_FAILED",
      "request-not-pending",
      "request-not-pending",
      "request-not-cancellable",
      "request-not-cancellable",
    ],
    [
      "ISSUED",
      "request-not-pending",
      "request-not-pending",
      "request-not-cancellable",
      "request-not-cancellable",
    ],
  ] as const)("%s", (state, approved, rejected, cancelled, withdrawn) => {
    const request = requestIn(state);
    expect(outcome(() => approve(request, { personId: "taro" }, STRICT))).toBe(approved);
    expect(outcome(() => reject(request))).toBe(rejected);
    expect(outcome(() => cancel(request))).toBe(cancelled);
    expect(outcome(() => withdraw(request, { personId: "hanako" }))).toBe(withdrawn);
  });

  test("the requester does not approve, compared as a person", () => {
    const request = requestIn("PENDING_APPROVAL");
    expect(outcome(() => approve(request, { personId: "hanako" }, STRICT))).toBe("approver-is-requester");
    expect(outcome(() => approve(request, { personId: "hanako" }, { samePersonMayApprove: true }))).toBe(
      "APPROVED",
    );
  });

  test("only the requester withdraws", () => {
    expect(outcome(() => withdraw(requestIn("PENDING_APPROVAL"), { personId: "taro" }))).toBe("not-allowed");
  });

  test("the same transitions as the domain's line of states, no more", () => {
    const arrows = (Object.keys(TRANSITIONS) as Transition[]).flatMap((transition) =>
      REQUEST_STATES.filter((state) => mayHappen(transition, state)).map(
        (state) => `${state} → ${TRANSITIONS[transition].to}`,
      ),
    );
    expect([...new Set(arrows)].sort()).toEqual([
      "APPROVED → CANCELLED",
      "APPROVED → ISSUING",
      "ISSUING → APPROVED",
      "ISSUING → ISSUED",
      "ISSUING → ISSUE_FAILED",
      "PENDING_APPROVAL → APPROVED",
      "PENDING_APPROVAL → CANCELLED",
      "PENDING_APPROVAL → REJECTED",
    ]);
  });
});

describe("whose turn it is", () => {
  test.each([
    ["PENDING_APPROVAL", "operator approve"],
    ["APPROVED", "system issue"],
    ["ISSUING", "system issue"],
    ["ISSUE_FAILED", "applicant requestAgain"],
    ["REJECTED", "applicant requestAgain"],
    ["CANCELLED", "nobody"],
    ["ISSUED", "applicant download"],
  ] as const)("%s: %s", (state, turn) => {
    const next = nextStep({ state, firstDownloadedAt: null });
    expect(next ? `${next.who} ${next.what}` : "nobody").toBe(turn);
  });

  test("once downloaded, it is the renewal", () => {
    const firstDownloadedAt = Temporal.Instant.from("2026-11-21T00:00:00Z");
    expect(nextStep({ state: "ISSUED", firstDownloadedAt })).toEqual({ who: "applicant", what: "renew" });
  });
});
