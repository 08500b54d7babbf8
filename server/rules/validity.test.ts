import { describe, expect, test } from "vitest";
import {
  identityLapsesAt,
  identityReuseLimit,
  isValidityPermitted,
  longestValidityDays,
  notAfterOf,
  recommendedValidityDays,
  validityDays,
} from "./index.ts";

const at = (text: string) => Temporal.Instant.from(text);
const secondBefore = (text: string) => at(text).subtract({ seconds: 1 });
const secondAfter = (text: string) => at(text).add({ seconds: 1 });

describe("the longest validity changes at 00:00 UTC of its day", () => {
  test.each([
    { from: "2026-03-15T00:00:00Z", was: 398, is: 200, recommended: 199 },
    { from: "2027-03-15T00:00:00Z", was: 200, is: 100, recommended: 99 },
    { from: "2029-03-15T00:00:00Z", was: 100, is: 47, recommended: 46 },
  ])("$from: $was → $is days", ({ from, was, is, recommended }) => {
    expect(longestValidityDays(secondBefore(from))).toBe(was);
    expect(longestValidityDays(at(from))).toBe(is);
    expect(longestValidityDays(secondAfter(from))).toBe(is);
    expect(recommendedValidityDays(secondBefore(from))).toBe(was - 1);
    expect(recommendedValidityDays(at(from))).toBe(recommended);
    expect(longestValidityDays(Temporal.PlainDate.from(from.slice(0, 10)))).toBe(is);
  });

  test("midnight in Japan is not the start of the rule", () => {
    expect(longestValidityDays(at("2027-03-15T00:00:00+09:00"))).toBe(200);
  });
});

describe("counting days (incident class 17, one second too long: bug 1715455)", () => {
  const start = at("2026-11-21T03:00:00Z");
  test.each([199, 200, 99, 46, 1])("notAfterOf %i days counts as that many", (days) => {
    const end = notAfterOf(start, days);
    expect(validityDays(start, end)).toBe(days);
    expect(validityDays(start, end.add({ seconds: 1 }))).toBe(days + 1);
    expect(validityDays(start, end.subtract({ seconds: 1 }))).toBe(days);
  });

  test("at the limit −1 s, exactly, +1 s", () => {
    const end = notAfterOf(start, 200);
    const permitted = (notAfter: Temporal.Instant) =>
      isValidityPermitted({ notBefore: start, notAfter, signedAt: start });
    expect(permitted(end.subtract({ seconds: 1 }))).toBe(true);
    expect(permitted(end)).toBe(true);
    expect(permitted(end.add({ seconds: 1 }))).toBe(false);
    expect(permitted(start.subtract({ seconds: 1 }))).toBe(false);
  });

  test("notBefore lies within 48 hours of the signature, on both sides", () => {
    const with48 = (shift: Temporal.DurationLike) => {
      const notBefore = start.add(shift);
      return isValidityPermitted({ notBefore, notAfter: notAfterOf(notBefore, 90), signedAt: start });
    };
    expect(with48({ hours: -48 })).toBe(true);
    expect(with48({ hours: -48, seconds: -1 })).toBe(false);
    expect(with48({ hours: 48 })).toBe(true);
    expect(with48({ hours: 48, seconds: 1 })).toBe(false);
  });

  test("a start moved over a rule day obeys the shorter limit of the two days", () => {
    const signedAt = at("2027-03-14T12:00:00Z");
    const notBefore = at("2027-03-15T00:00:00Z");
    expect(isValidityPermitted({ notBefore, notAfter: notAfterOf(notBefore, 199), signedAt })).toBe(false);
    expect(isValidityPermitted({ notBefore: signedAt, notAfter: notAfterOf(signedAt, 199), signedAt })).toBe(
      true,
    );
    const late = at("2027-03-15T06:00:00Z");
    const backdated = at("2027-03-14T23:59:59Z");
    expect(
      isValidityPermitted({ notBefore: backdated, notAfter: notAfterOf(backdated, 199), signedAt: late }),
    ).toBe(false);
  });

  test("a table of one's own decides for a private hierarchy", () => {
    const mine = [
      {
        from: null,
        longestDays: 3650,
        recommendedDays: 3649,
        shortLivedDays: 7,
        validationReuseDays: 3650,
        identityReuseDays: 3650,
        source: "our own",
      },
    ] as const;
    expect(longestValidityDays(start, mine)).toBe(3650);
  });
});

describe("identity items", () => {
  test("825 days, then 398", () => {
    expect(identityReuseLimit(secondBefore("2026-03-15T00:00:00Z"))).toBe(825);
    expect(identityReuseLimit(at("2026-03-15T00:00:00Z"))).toBe(398);
    expect(identityReuseLimit(at("2029-03-15T00:00:00Z"))).toBe(398);
  });

  test("an old collection lapses on the day of the shorter rule", () => {
    expect(identityLapsesAt(at("2024-06-01T00:00:00Z"))).toEqual(at("2026-03-15T00:00:00Z"));
    expect(identityLapsesAt(at("2026-11-21T00:00:00Z"))).toEqual(
      at("2026-11-21T00:00:00Z").add({ hours: 398 * 24 }),
    );
  });
});
