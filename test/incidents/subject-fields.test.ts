import { beforeAll, describe, expect, test } from "vitest";
import { parseCertificate } from "../../server/pki/index.ts";
import {
  cast,
  changedTables,
  signedIn,
  stagedDemo,
  untilQuiet,
  withSecondFactor,
} from "../support/staged-demo.ts";
import type { Visitor } from "../support/visitor.ts";
import { requestFields } from "../support/worlds.ts";

/**
 * Class 13. SECOM 2025 (bug 2004654): a subject with `ST="Tokyo, C=JP"` passed three linters. SwissSign 2024: the page
 * refused what the back end took. Here every value that a page does not offer is sent straight to its route, and what
 * was issued is compared with the vetted record, field by field.
 */

const demo = stagedDemo();
let desk: Visitor;
let midori: Visitor;

beforeAll(async () => {
  desk = await withSecondFactor(demo(), "desk", cast(demo()).staff("admin"));
  midori = await signedIn(demo(), cast(demo()).login("kita", "midori"));
  await untilQuiet(demo());
});

const ORGANIZATION = {
  nameJa: "あたらしい株式会社",
  legalForm: "株式会社",
  registryNumber: "010401999999",
  mainPhone: "+81355559999",
  representativeName: "新 太郎",
  postalCode: "105-0001",
  prefecture: "東京都",
  localityJa: "港区",
  street: "虎ノ門1丁目1番1号",
  responsibleName: "責任 二郎",
  responsibleKana: "セキニン ジロウ",
} as const;

test.each<[string, Record<string, string>]>([
  ["a prefecture with an attribute inside", { prefecture: "Tokyo, C=JP" }],
  ["a prefecture that is none", { prefecture: "東京" }],
  ["no prefecture", { prefecture: "" }],
  ["no city", { localityJa: " " }],
  ["a city longer than its attribute", { localityJa: "あ".repeat(129) }],
  ["a name longer than its attribute", { nameJa: "あ".repeat(65) }],
  [
    "an English name longer than its attribute",
    { englishSubject: "on", localityEn: "Minato-ku", nameEn: "a".repeat(65) },
  ],
  ["an English name in Japanese", { englishSubject: "on", localityEn: "Minato-ku", nameEn: "みなと商会" }],
  ["an English subject without its fields", { englishSubject: "on" }],
  ["a legal form that is none", { legalForm: "LLC" }],
  ["a registry number that is none", { registryNumber: "12345" }],
  ["an EV category that is none", { evEnabled: "on", evCategory: "Private Organisation" }],
  ["EV without a category", { evEnabled: "on", evCategory: "" }],
])("class 13: the desk's route refuses %s", async (_what, changes) => {
  const { tenant } = cast(demo()).subscriber("minato");
  const before = demo().digests();
  const answer = await desk.post(`/subscribers/${tenant}/organizations/new`, { ...ORGANIZATION, ...changes });
  expect(answer.status).toBe(422);
  expect(changedTables(before, demo().digests())).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  ["EV for an organisation that was not vetted for it", { product: "EV" }],
  ["a product that is none", { product: "DV" }],
  ["a shape that is none", { shape: "ANY" }],
  ["a subject in English that was not registered", { subjectLanguage: "en" }],
  ["a language that is none", { subjectLanguage: "fr" }],
  ["a term beyond the rules", { termDays: "201" }],
  ["no term", { termDays: "0" }],
  ["half a day", { termDays: "30.5" }],
  ["a term in another notation", { termDays: "1e9" }],
  ["a negative term", { termDays: "-30" }],
  ["no licence", { licences: "0" }],
  ["another's domain", { commonName: "www.example.co.jp" }],
  ["a public suffix", { commonName: "ac.jp" }],
  ["an internal name", { commonName: "intranet.local" }],
  ["an address", { commonName: "192.0.2.1" }],
  ["a wildcard in a single-domain request", { commonName: "*.example.ac.jp" }],
  ["a wildcard in the middle", { shape: "WILDCARD", commonName: "www.*.example.ac.jp" }],
  ["a name with an attribute inside", { commonName: "www.example.ac.jp, O=Other" }],
  ["a name with NUL", { commonName: "www.example.ac.jp\0.example.co.jp" }],
  ["an underscore", { commonName: "_acme.example.ac.jp" }],
])("class 13: the applicant's route refuses %s", async (_what, changes) => {
  const before = demo().digests();
  const answer = await midori.post(
    "/requests/drafts",
    requestFields(demo(), "B", "www.example.ac.jp", changes),
  );
  expect(answer.status).toBe(422);
  // The attempt is in the audit log, and nothing else anywhere.
  const changed = changedTables(before, demo().digests());
  expect(changed.filter((name) => !["audit_entries", "audit_heads"].includes(name))).toEqual([]);
});

describe("class 13: what was issued", () => {
  test("carries the vetted record and the approved name, field by field, and nothing else", () => {
    const issued = demo().rows<Record<string, string | null> & { der: Uint8Array }>(
      `select c.der, r.common_name, r.subject_language, r.product, o.name_ja, o.name_en, o.prefecture,
         o.locality_ja, o.locality_en
       from certificate_requests r join certificates c on c.id = r.certificate_id
         join applicant_organizations o on o.id = r.organization_id`,
    );
    expect(issued.length).toBeGreaterThanOrEqual(5);
    const prefectures: Record<string, string> = { 東京都: "TOKYO", 北海道: "HOKKAIDO" };
    for (const row of issued) {
      const { subject } = parseCertificate(new Uint8Array(row.der));
      const found = Object.fromEntries(subject.map(({ type, value }) => [type, value]));
      expect(Object.keys(found).length, "no attribute twice").toBe(subject.length);
      const english = row["subject_language"] === "en";
      expect(found).toMatchObject({
        C: "JP",
        ST: english ? prefectures[row["prefecture"] ?? ""] : row["prefecture"],
        L: english ? row["locality_en"] : row["locality_ja"],
        O: english ? row["name_en"] : row["name_ja"],
        CN: row["common_name"],
      });
      expect("OU" in found).toBe(false);
      if (row["product"] === "OV") expect(Object.keys(found).sort()).toEqual(["C", "CN", "L", "O", "ST"]);
    }
  });
});
