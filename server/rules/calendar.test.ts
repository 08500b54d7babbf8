import { expect, test } from "vitest";
import {
  CALENDAR,
  isInForceBy,
  MILESTONE_IDS,
  milestonesAhead,
  PUBLIC_METHODS,
  PUBLIC_VALIDITY,
} from "./index.ts";

const TODAY = Temporal.Instant.from("2026-11-21T00:00:00Z");

test("every milestone stands once, in the order of its day", () => {
  expect(CALENDAR.map(({ id }) => id)).toEqual([...MILESTONE_IDS]);
  const days = CALENDAR.map(({ from }) => from.toString());
  expect(days).toEqual(days.toSorted());
});

test("every change ahead in the tables is announced in the calendar", () => {
  const announced = new Set(CALENDAR.map(({ from }) => from.toString()));
  const changes = [
    ...PUBLIC_VALIDITY.map(({ from }) => from),
    ...Object.values(PUBLIC_METHODS).flatMap(({ from, until }) => [from, until]),
  ];
  const ahead = changes.filter((each) => each !== null && each.toString() > "2026-11-21");
  expect(ahead.length).toBeGreaterThan(5);
  for (const each of ahead) expect(announced).toContain(each?.toString());
});

test("a milestone begins at 00:00 UTC of its day", () => {
  const begins = Temporal.Instant.from("2026-12-15T00:00:00Z");
  expect(isInForceBy("five-perspectives", begins.subtract({ seconds: 1 }))).toBe(false);
  expect(isInForceBy("five-perspectives", begins)).toBe(true);
  expect(milestonesAhead(TODAY)[0]?.id).toBe("five-perspectives");
  expect(milestonesAhead(begins)[0]?.id).toBe("e-books");
});
