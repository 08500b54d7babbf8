import { describe, expect, test } from "vitest";
import { clockOf, isWorse, newReportNumber, nextDueAt, REPORT_CATEGORIES, urgencyOf } from "./report.ts";

const RECEIVED = Temporal.Instant.from("2026-11-21T15:00:00Z");
const later = (duration: Temporal.DurationLike) => RECEIVED.add(duration);

describe("the clocks of a report", () => {
  test.each([
    ["KEY_COMPROMISE", 24],
    ["MISUSE", 120],
    ["WRONG_CONTENT", 120],
    ["NO_RIGHT_TO_NAME", 120],
    // Nobody knows its ground yet: it may be one of 24 hours.
    ["OTHER", 24],
  ] as const)("%s: answered within 24 h, decided within %i h", (category, hours) => {
    const clock = clockOf(category, RECEIVED);
    expect(clock.preliminaryDueAt.equals(later({ hours: 24 }))).toBe(true);
    expect(clock.decisionDueAt.equals(later({ hours }))).toBe(true);
  });

  test.each([
    [{ hours: 17, minutes: 59, seconds: 59 }, "CALM"],
    [{ hours: 18 }, "SOON"],
    [{ hours: 22, minutes: 59, seconds: 59 }, "SOON"],
    [{ hours: 23 }, "URGENT"],
    [{ hours: 23, minutes: 59, seconds: 59 }, "URGENT"],
    [{ hours: 24 }, "URGENT"],
    [{ hours: 24, seconds: 1 }, "OVERDUE"],
  ] as const)("after %o it is %s", (passed, urgency) => {
    expect(urgencyOf(later({ hours: 24 }), later(passed))).toBe(urgency);
  });

  test("warn of each stage once", () => {
    expect(isWorse("SOON", "CALM")).toBe(true);
    expect(isWorse("SOON", "SOON")).toBe(false);
    expect(isWorse("URGENT", "OVERDUE")).toBe(false);
  });

  test("run until the report is decided, the first answer first", () => {
    const open = { ...clockOf("MISUSE", RECEIVED), state: "OPEN", preliminarySentAt: null } as const;
    expect(nextDueAt(open)?.equals(open.preliminaryDueAt)).toBe(true);
    expect(nextDueAt({ ...open, preliminarySentAt: RECEIVED })?.equals(open.decisionDueAt)).toBe(true);
    expect(nextDueAt({ ...open, state: "DISMISSED" })).toBeNull();
    expect(nextDueAt({ ...open, state: "REVOCATION_ORDERED", preliminarySentAt: RECEIVED })).toBeNull();
  });

  test("are the same for every category until somebody has looked", () => {
    for (const category of REPORT_CATEGORIES) {
      const clock = clockOf(category, RECEIVED);
      const open = { ...clock, state: "OPEN", preliminarySentAt: null } as const;
      expect(nextDueAt(open)?.equals(clock.preliminaryDueAt)).toBe(true);
    }
  });
});

test("a receipt number tells Japan's day", () => {
  expect(newReportNumber(RECEIVED)).toMatch(/^P-20261122-[0-9A-HJKMNP-TV-Z]{8}$/);
});
