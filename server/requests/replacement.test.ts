import { describe, expect, test } from "vitest";
import { type Replaced, replaceable, retirementOf } from "./replacement.ts";

const NOW = Temporal.Instant.from("2026-11-21T00:00:00Z");
const hours = (count: number) => NOW.add({ hours: count });

describe("whose place may be taken", () => {
  const alive = { state: "ACTIVE", revocationReason: null, notAfter: hours(1), isReplaced: false } as const;
  test.each<[string, Partial<Replaced>, string | null]>([
    ["one that lives", {}, null],
    ["to its last moment", { notAfter: NOW.add({ milliseconds: 1 }) }, null],
    ["not one that has ended", { notAfter: NOW }, "EXPIRED"],
    ["not one replaced already", { state: "REPLACED" }, "REPLACED"],
    ["one revoked as superseded", { state: "REVOKED", revocationReason: 4 }, null],
    ["one whose key leaked", { state: "REVOKED", revocationReason: 1 }, null],
    ["not one whose privilege was withdrawn", { state: "REVOKED", revocationReason: 9 }, "REVOKED"],
    [
      "not one replaced and then revoked",
      { state: "REVOKED", revocationReason: 4, isReplaced: true },
      "REPLACED",
    ],
  ])("%s", (_name, changes, expected) => {
    const problem = replaceable({ ...alive, ...changes }, NOW);
    expect(problem?.params ?? null).toEqual(expected === null ? null : { state: expected });
  });
});

describe("when the replaced certificate is revoked", () => {
  // reason | days of grace | hours from the request to its issuance | hours from the request to the revocation
  test.each([
    ["SERVER_CHANGE", 7, 5, 5 + 7 * 24],
    ["SERVER_CHANGE", 0, 5, 5],
    ["KEY_LOST", 30, 0, 30 * 24],
    ["KEY_COMPROMISED", 7, 5, 24],
    ["KEY_COMPROMISED", 1, 0, 24],
    ["KEY_COMPROMISED", 0, 5, 5],
    ["KEY_COMPROMISED", 0, 30, 24],
  ] as const)("%s, %i days", (reissueReason, graceDays, issued, expected) => {
    const asked = { reissueReason, graceDays, submittedAt: NOW };
    expect(NOW.until(retirementOf(asked, hours(issued))).total("hours")).toBe(expected);
  });
});
