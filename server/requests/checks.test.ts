import { describe, expect, test } from "vitest";
import { Problem } from "../kernel/problem.ts";
import { printName } from "../pki/index.ts";
import { CHECKS, type Checkable, checkRequest, type Facts } from "./checks.ts";
import { newReceiptNumber } from "./receipt-number.ts";
import type { Replaced } from "./replacement.ts";
import { subjectOfRequest } from "./subject.ts";
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
  keyHeldByAnother: false,
  replaced: null,
  coverage: { evidence: [], problems: [] },
};
const REQUEST: Checkable = {
  kind: "NEW",
  organizationId: "aoba",
  product: "EV",
  subjectLanguage: "en",
  commonName: "www.example.co.jp",
  names: ["www.example.co.jp"],
  termDays: 199,
  endsAt: null,
  spkiSha256: "new key",
  massRevocationId: null,
};
/** What EV under the good record says, and a certificate that says so. */
const SUBJECT = printName(subjectOfRequest(REQUEST, GOOD.organization));
const ENDS = NOW.add({ hours: 24 * 100 });
const REPLACED: Replaced = {
  certificateId: "old",
  state: "ACTIVE",
  revocationReason: null,
  notAfter: ENDS,
  spkiSha256: "old key",
  organizationId: "aoba",
  product: "EV",
  names: ["www.example.co.jp"],
  isReplaced: false,
  subject: SUBJECT,
};
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
    ["another subscriber's key", {}, { keyHeldByAnother: true }, ["key: key-held-by-another"]],
    [
      "another subscriber's key that leaked",
      {},
      { keyCompromised: true, keyHeldByAnother: true },
      ["key: key-compromised"],
    ],
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

  const reissue = { kind: "REISSUE", endsAt: ENDS } as const;
  const lapsed = { ...organization, vettedUntil: NOW };
  const differs = ["replacement: reissue-differs"];
  test.each<[string, Partial<Checkable>, Partial<Facts>, string[]]>([
    ["the same but for the key", {}, {}, []],
    ["the old key", { spkiSha256: "old key" }, {}, ["replacement: reissue-same-key"]],
    ["another subscriber's key", {}, { keyHeldByAnother: true }, ["key: key-held-by-another"]],
    ["the old key, by the issuer itself", { spkiSha256: "old key", massRevocationId: "case" }, {}, []],
    ["no certificate", {}, { replaced: null }, ["replacement: not-found"]],
    ["another name", { names: ["www2.example.co.jp"] }, {}, differs],
    [
      "one name fewer",
      {},
      { replaced: { ...REPLACED, names: ["www.example.co.jp", "example.co.jp"] } },
      differs,
    ],
    ["another organisation", { organizationId: "kita" }, {}, differs],
    ["another product", { product: "OV" }, {}, differs],
    ["a second longer", { endsAt: ENDS.add({ seconds: 1 }) }, {}, differs],
    ["an end of its own", { endsAt: null }, {}, differs],
    ["a record that changed", {}, { organization: { ...organization, localityEn: "Minato-ku" } }, differs],
    [
      "a record put right by the issuer itself",
      { massRevocationId: "case" },
      { organization: { ...organization, localityEn: "Minato-ku" } },
      [],
    ],
    ["EV on a record that lapsed: the old request carries it", {}, { organization: lapsed }, []],
    [
      "EV on a record that was taken back",
      {},
      { organization: { ...lapsed, state: "UNVETTED" } },
      ["organization: organization-not-vetted"],
    ],
    [
      "EV on a lapsed record, by the issuer itself",
      { massRevocationId: "case" },
      { organization: lapsed },
      ["organization: organization-not-vetted"],
    ],
    [
      "OV on a record that lapsed",
      { product: "OV", subjectLanguage: "ja" },
      {
        organization: lapsed,
        replaced: {
          ...REPLACED,
          product: "OV",
          subject: printName(subjectOfRequest({ ...REQUEST, product: "OV", subjectLanguage: "ja" }, lapsed)),
        },
      },
      ["organization: organization-not-vetted"],
    ],
    [
      "an end beyond today's limit",
      { endsAt: NOW.add({ hours: 24 * 200 }) },
      { replaced: { ...REPLACED, notAfter: NOW.add({ hours: 24 * 200 }) } },
      ["term: term-too-long"],
    ],
    [
      "to the last second of today's limit",
      { endsAt: NOW.add({ hours: 24 * 200 }).subtract({ seconds: 1 }) },
      { replaced: { ...REPLACED, notAfter: NOW.add({ hours: 24 * 200 }).subtract({ seconds: 1 }) } },
      [],
    ],
  ])("a reissue: %s", (_name, request, facts, expected) => {
    expect(found({ ...reissue, ...request }, { replaced: REPLACED, ...facts })).toEqual(expected);
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
