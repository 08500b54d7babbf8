import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isMethodInForce,
  isPermitted,
  isValidationMethod,
  isValidationUsable,
  PUBLIC_METHODS,
  reuseLimit,
  VALIDATION_METHODS,
  VALIDATION_SCOPES,
  type ValidationMethod,
  type ValidationScope,
  validationLapsesAt,
} from "./index.ts";

const at = (text: string) => Temporal.Instant.from(text);
const TODAY = at("2026-11-21T00:00:00Z");

/** e exact, s subdomains, w wildcard, i address (BR 3.2.2.4, 3.2.2.5), on 2026-11-21. */
const MATRIX: Record<ValidationMethod, string> = {
  "whois-email": "",
  "whois-phone": "",
  "constructed-email": "esw",
  "dns-txt": "esw",
  "dns-cname": "esw",
  "dns-caa": "esw",
  "ip-of-name": "",
  "caa-email": "esw",
  "txt-email": "esw",
  "txt-phone": "esw",
  "caa-phone": "esw",
  website: "e",
  "acme-http-01": "e",
  "acme-tls-alpn-01": "e",
  "acme-dns-account-01": "esw",
  "persistent-txt": "esw",
  "ip-website": "i",
  "ip-email": "i",
  "ip-reverse-name": "i",
  "ip-phone": "i",
  "ip-http-01": "i",
  "ip-tls-alpn-01": "i",
  "ip-persistent-txt": "i",
};
const LETTER: Record<ValidationScope, string> = { exact: "e", subdomains: "s", wildcard: "w", ip: "i" };

describe("method × scope (incident class 4, method outside its scope: bug 1750631)", () => {
  const cells = VALIDATION_METHODS.flatMap((method) => VALIDATION_SCOPES.map((scope) => ({ method, scope })));
  test.each(cells)("$method for $scope", ({ method, scope }) => {
    expect(isPermitted(method, scope, TODAY)).toBe(MATRIX[method].includes(LETTER[scope]));
  });

  test("an unknown name is no method", () => {
    expect(isValidationMethod("dns-txt")).toBe(true);
    expect(isValidationMethod("whois")).toBe(false);
    expect(isValidationMethod("toString")).toBe(false);
  });
});

describe("a ban begins with its day and takes earlier validations with it", () => {
  const bans: readonly { method: ValidationMethod; ban: string }[] = [
    { method: "whois-email", ban: "2024-12-20T00:00:00Z" },
    { method: "whois-phone", ban: "2024-12-20T00:00:00Z" },
    { method: "ip-of-name", ban: "2026-03-15T00:00:00Z" },
    { method: "txt-phone", ban: "2027-03-15T00:00:00Z" },
    { method: "caa-phone", ban: "2027-03-15T00:00:00Z" },
    { method: "ip-email", ban: "2027-03-15T00:00:00Z" },
    { method: "ip-reverse-name", ban: "2027-03-15T00:00:00Z" },
    { method: "ip-phone", ban: "2027-03-15T00:00:00Z" },
    { method: "constructed-email", ban: "2028-03-15T00:00:00Z" },
    { method: "caa-email", ban: "2028-03-15T00:00:00Z" },
    { method: "txt-email", ban: "2028-03-15T00:00:00Z" },
  ];
  test.each(bans)("$method: $ban", ({ method, ban }) => {
    const last = at(ban).subtract({ seconds: 1 });
    const yesterday = at(ban).subtract({ hours: 24 });
    expect(isMethodInForce(method, last)).toBe(true);
    expect(isMethodInForce(method, at(ban))).toBe(false);
    expect(reuseLimit(method, at(ban))).toBe(0);
    expect(validationLapsesAt(method, yesterday)).toEqual(at(ban));
    expect(isValidationUsable(method, yesterday, last)).toBe(true);
    expect(isValidationUsable(method, yesterday, at(ban))).toBe(false);
    expect(isValidationUsable(method, yesterday, at(ban).add({ seconds: 1 }))).toBe(false);
  });

  test("no other method has a ban set", () => {
    const banned = VALIDATION_METHODS.filter((method) => PUBLIC_METHODS[method].until !== null);
    expect(banned.toSorted()).toEqual(bans.map(({ method }) => method).toSorted());
  });

  test("a validation made after the ban was never usable", () => {
    const made = at("2027-06-01T00:00:00Z");
    expect(isValidationUsable("txt-phone", made, made)).toBe(false);
  });
});

describe("stale reuse (incident class 5), on both sides of every rule date", () => {
  test.each([
    { why: "200 d", method: "dns-txt", validated: "2026-04-01T09:30:00Z", days: 200 },
    { why: "398 d inside the old rule", method: "dns-txt", validated: "2025-01-01T00:00:00Z", days: 398 },
    { why: "100 d", method: "dns-txt", validated: "2027-04-01T00:00:00Z", days: 100 },
    { why: "10 d", method: "dns-txt", validated: "2029-04-01T00:00:00Z", days: 10 },
    {
      why: "persistent TXT, always 10 d",
      method: "persistent-txt",
      validated: "2026-04-01T00:00:00Z",
      days: 10,
    },
    { why: "persistent IP", method: "ip-persistent-txt", validated: "2027-03-10T00:00:00Z", days: 10 },
    { why: "exactly at the change", method: "website", validated: "2026-12-05T00:00:00Z", days: 100 },
    { why: "one second before it begins", method: "website", validated: "2029-03-14T23:59:59Z", days: 10 },
  ] as const)("$why", ({ method, validated, days }) => {
    const made = at(validated);
    const limit = made.add({ hours: days * 24 });
    expect(validationLapsesAt(method, made)).toEqual(limit);
    expect(isValidationUsable(method, made, limit.subtract({ seconds: 1 }))).toBe(true);
    expect(isValidationUsable(method, made, limit)).toBe(false);
    expect(isValidationUsable(method, made, limit.add({ seconds: 1 }))).toBe(false);
  });

  test("everything validated before 2026-12-05 lapses on 2027-03-15", () => {
    const rule = at("2027-03-15T00:00:00Z");
    for (const made of ["2026-10-01T00:00:00Z", "2026-12-04T23:59:59Z"]) {
      expect(validationLapsesAt("dns-txt", at(made))).toEqual(rule);
      expect(isValidationUsable("dns-txt", at(made), rule.subtract({ seconds: 1 }))).toBe(true);
    }
    expect(validationLapsesAt("dns-txt", at("2026-12-05T00:00:01Z"))).toEqual(rule.add({ seconds: 1 }));
  });

  test("a validation from 398-day times ends on 2026-03-15 when it is older than 200 d then", () => {
    expect(validationLapsesAt("dns-txt", at("2025-06-01T00:00:00Z"))).toEqual(at("2026-03-15T00:00:00Z"));
    expect(validationLapsesAt("dns-txt", at("2026-01-01T00:00:00Z"))).toEqual(
      at("2026-01-01T00:00:00Z").add({ hours: 200 * 24 }),
    );
  });

  test("never before it was made", () => {
    expect(isValidationUsable("dns-txt", TODAY, TODAY.subtract({ seconds: 1 }))).toBe(false);
    expect(isValidationUsable("dns-txt", TODAY, TODAY)).toBe(true);
  });

  test("usable never exceeds the limit in force at that moment, for any method and time", () => {
    const start = at("2024-01-01T00:00:00Z").epochMilliseconds / 1000;
    const end = at("2030-12-31T00:00:00Z").epochMilliseconds / 1000;
    const second = fc.integer({ min: start, max: end });
    fc.assert(
      fc.property(fc.constantFrom(...VALIDATION_METHODS), second, second, (method, a, b) => {
        const made = Temporal.Instant.fromEpochMilliseconds(a * 1000);
        const used = Temporal.Instant.fromEpochMilliseconds(b * 1000);
        const allowed = b >= a && b - a < reuseLimit(method, used) * 86_400;
        expect(isValidationUsable(method, made, used)).toBe(allowed);
      }),
      { numRuns: 5000 },
    );
  });
});
