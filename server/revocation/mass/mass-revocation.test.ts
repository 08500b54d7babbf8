import { describe, expect, test } from "vitest";
import { isProblem } from "../../kernel/problem.ts";
import { GROUNDS } from "../revocation.ts";
import { MASS_STATES, planOf, requireStartable, scheduleOf } from "./mass-revocation.ts";

const NOW = Temporal.Instant.from("2026-11-21T12:00:00Z");
const ago = (hours: number) => NOW.subtract({ hours });

describe("what is replaced, by ground", () => {
  // The whole table, so that a new ground has to say what it means here.
  test.each(GROUNDS.map((ground) => [ground, planOf(ground)] as const))("%s: %s", (ground, plan) => {
    const aboutTheKey = ["KEY_COMPROMISE", "KEY_COMPUTABLE", "WEAK_PARAMETERS"].includes(ground);
    const aboutTheName = ["VALIDATION_UNRELIABLE", "NO_RIGHT_TO_NAME"].includes(ground);
    const ours = ["WRONG_DATA", "NON_COMPLIANCE"].includes(ground);
    expect(plan).toBe(
      aboutTheKey ? "NEW_KEY" : aboutTheName ? "NEW_VALIDATION" : ours ? "AUTOMATIC" : "NONE",
    );
  });
});

describe("by when", () => {
  // ground | known hours ago | timing | deadline, hours from now | execution, hours from now
  test.each([
    ["KEY_COMPROMISE", 0, "DEADLINE", 24, 23.5],
    ["KEY_COMPROMISE", 4, "DEADLINE", 20, 19.5],
    ["KEY_COMPROMISE", 4, "AT_ONCE", 20, 0],
    ["NON_COMPLIANCE", 4, "DEADLINE", 116, 115.5],
    ["KEY_COMPROMISE", 23.5, "DEADLINE", 0.5, 0],
    ["KEY_COMPROMISE", 30, "DEADLINE", -6, 0],
  ] as const)("%s known %d h ago, %s", (ground, known, timing, due, execution) => {
    const knownAt = NOW.subtract({ minutes: known * 60 });
    const { dueAt, executeAt } = scheduleOf({ ground, knownAt, timing }, NOW);
    const hours = (at: Temporal.Instant) => NOW.until(at).total("hours");
    expect([hours(dueAt), hours(executeAt)]).toEqual([due, execution]);
  });

  test("what is not known yet starts no clock", () => {
    const ahead = { ground: "MISUSE", knownAt: NOW.add({ seconds: 1 }), timing: "DEADLINE" } as const;
    expect(() => scheduleOf(ahead, NOW)).toThrow("mass-revocation-known-ahead");
    expect(() => scheduleOf({ ...ahead, knownAt: ago(0) }, NOW)).not.toThrow();
  });
});

test("a draft is set going by somebody else, once", () => {
  const outcome = (state: (typeof MASS_STATES)[number], staffId: string) => {
    try {
      requireStartable({ state, createdBy: "maker" }, { staffId });
      return "may";
    } catch (error) {
      if (isProblem(error)) return error.code;
      throw error;
    }
  };
  expect(outcome("DRAFT", "other")).toBe("may");
  expect(outcome("DRAFT", "maker")).toBe("mass-revocation-four-eyes");
  for (const state of MASS_STATES.filter((each) => each !== "DRAFT")) {
    expect(outcome(state, "other")).toBe("mass-revocation-state");
  }
});
