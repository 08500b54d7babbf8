import { expect, test } from "vitest";
import { afterAttempt, LONGEST_ATTEMPTS, pauseAfter } from "./message.ts";

const now = Temporal.Instant.from("2026-11-21T00:00:00Z");
const temporary = { outcome: "temporary", why: "451" } as const;

test.each([
  [1, 30],
  [2, 60],
  [3, 120],
  [10, 15_360],
  [11, 21_600],
  [14, 21_600],
])("after attempt %i the pause is %i s", (attempts, seconds) => {
  expect(pauseAfter(attempts).total("seconds")).toBe(seconds);
});

test("all the pauses together outlast a night", () => {
  const pauses = Array.from({ length: LONGEST_ATTEMPTS - 1 }, (_, index) =>
    pauseAfter(index + 1).total("hours"),
  );
  expect(pauses.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(24);
});

test("what becomes of a message", () => {
  expect(afterAttempt({ outcome: "sent", refusedFor: [] }, 1, now)).toEqual({ state: "SENT" });
  expect(afterAttempt({ outcome: "permanent", why: "550" }, 1, now)).toEqual({ state: "FAILED" });
  expect(afterAttempt(temporary, 2, now)).toEqual({ state: "QUEUED", at: now.add({ seconds: 60 }) });
  expect(afterAttempt(temporary, LONGEST_ATTEMPTS, now)).toEqual({ state: "ABANDONED" });
});
