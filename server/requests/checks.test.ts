import { describe, expect, test } from "vitest";
import { Problem } from "../kernel/problem.ts";
import { CHECKS, type Checkable, checkRequest, type Facts } from "./checks.ts";
import { newReceiptNumber } from "./receipt-number.ts";
import { offeredTerms } from "./terms.ts";

const NOW = Temporal.Instant.from("2026-11-21T00:00:00Z");
const GOOD: Facts = {
  contractInForce: true,
  organization: {
    state: "VETTED",
    vettedUntil: NOW.add({ hours: 1 }),
    nameJa: "株式会社青葉商事",
    nameEn: "Aoba Trading Co., Ltd.",
    country: "JP",
    prefecture: "東京都",
    localityJa: "千代田区",
    localityEn: "Chiyoda-ku",
    registryNumber: "010001000001",
    evEnabled: true,
    evCategory: "PRIVATE",
  },
  keyCompromised: false,
  coverage: { evidence: [], problems: [] },
};
const REQUEST: Checkable = { product: "EV", subjectLanguage: "en", termDays: 199 };
const found = (request: Partial<Checkable>, facts: Partial<Facts>, now = NOW) =>
  checkRequest({ ...REQUEST, ...request }, { ...GOOD, ...facts }, now).flatMap(({ check, problems }) =>
    problems.map(({ code }) => `${check}: ${code}`),
  );

describe("what must hold for a request", () => {
  test("everything, in order, when it does", () => {
    expect(checkRequest(REQUEST, GOOD, NOW)).toEqual(CHECKS.map((check) => ({ check, problems: [] })));
  });

  const organization = GOOD.organization;
  test.each<[string, Partial<Checkable>, Partial<Facts>, string[]]>([
    ["no contract", {}, { contractInForce: false }, ["contract: contract-not-in-force"]],
    [
      "never vetted",
      {},
      { organization: { ...organization, state: "UNVETTED" } },
      ["organization: organization-not-vetted"],
    ],
    [
      "vetting lapsed",
      {},
      { organization: { ...organization, vettedUntil: NOW } },
      ["organization: organization-not-vetted"],
    ],
    [
      "no English name",
      {},
      { organization: { ...organization, nameEn: null } },
      ["language: english-fields-missing"],
    ],
    [
      "Japanese needs none",
      { subjectLanguage: "ja" },
      { organization: { ...organization, nameEn: null } },
      [],
    ],
    ["EV not vetted", {}, { organization: { ...organization, evEnabled: false } }, ["ev: ev-not-enabled"]],
    ["OV needs no EV", { product: "OV" }, { organization: { ...organization, evEnabled: false } }, []],
    ["200 days is the limit", { termDays: 200 }, {}, []],
    ["201 days", { termDays: 201 }, {}, ["term: term-too-long"]],
    ["no day at all", { termDays: 0 }, {}, ["term: term-too-long"]],
    ["a key that leaked", {}, { keyCompromised: true }, ["key: key-compromised"]],
    [
      "two uncovered names",
      {},
      {
        coverage: {
          evidence: [],
          problems: ["a.jp", "b.jp"].map((domain) => ({
            name: domain,
            problem: new Problem("domain-not-validated", { domain }),
          })),
        },
      },
      ["names: domain-not-validated", "names: domain-not-validated"],
    ],
    [
      "everything at once",
      { termDays: 398 },
      { contractInForce: false, keyCompromised: true },
      ["contract: contract-not-in-force", "term: term-too-long", "key: key-compromised"],
    ],
  ])("%s", (_name, request, facts, expected) => {
    expect(found(request, facts)).toEqual(expected);
  });

  test("a term approved under yesterday's rule is too long today", () => {
    const dayOfRule = Temporal.Instant.from("2027-03-15T00:00:00Z");
    const vettedUntil = dayOfRule.add({ hours: 24 });
    const facts = { organization: { ...organization, vettedUntil } };
    expect(found({}, facts, dayOfRule.subtract({ seconds: 1 }))).toEqual([]);
    expect(found({}, facts, dayOfRule)).toEqual(["term: term-too-long"]);
  });
});

describe("terms offered", () => {
  test.each([
    ["2026-11-21", [199, 90, 47, 30]],
    ["2027-03-14", [199, 90, 47, 30]],
    ["2027-03-15", [99, 90, 47, 30]],
    ["2029-03-15", [46, 30]],
  ] as const)("%s", (on, terms) => {
    expect(offeredTerms(Temporal.PlainDate.from(on))).toEqual(terms);
  });
});

test("a receipt number carries Japan's day and can be read aloud", () => {
  expect(newReceiptNumber(Temporal.Instant.from("2026-11-20T15:00:00Z"))).toMatch(
    /^R-20261121-[0-9A-HJKMNP-TV-Z]{6}$/,
  );
});
