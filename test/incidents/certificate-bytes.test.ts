import { eq } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  authorityTables,
  type IssueOrder,
  issueCertificate,
  issuerOf,
  makeIntent,
  signIntent,
  storeIntents,
} from "../../server/authority/index.ts";
import { buildTbsCertificate } from "../../server/pki/certificate.ts";
import * as der from "../../server/pki/der.ts";
import * as write from "../../server/pki/extensions.ts";
import {
  generateKey,
  lastSecond,
  lintTbs,
  newSerial,
  PROFILE_NAMES,
  PROFILES,
  parseCertificate,
  spkiOf,
} from "../../server/pki/index.ts";
import { parseTbsCertificate } from "../../server/pki/parsed-certificate.ts";
import { longestValidityDays } from "../../server/rules/index.ts";
import { CONTEXT, content, EV_SUBJECT, failures, rsa, SUBJECT, withExtension } from "../pki/lint-content.ts";
import { migratedPlace, openPlace, temporaryFolder } from "../support/databases.ts";
import { clockAt, establishTestHierarchies, issuanceDeps, NOW } from "../support/issuing.ts";

/** Classes 14 to 18: what stands in the bytes, judged where they are about to be signed. */

const db = await openPlace(await migratedPlace("sqlite"));
const clock = clockAt(NOW);
const deps = issuanceDeps(db, clock, await establishTestHierarchies(db, clock, temporaryFolder()));
const spki = spkiOf((await generateKey("P-256")).publicKey);
const OV = [
  { type: "C", value: "JP" },
  { type: "ST", value: "東京都" },
  { type: "L", value: "千代田区" },
  { type: "O", value: "株式会社青葉商事" },
];
const order = (changes: Partial<IssueOrder>): IssueOrder => ({
  role: "CUSTOMER_OV",
  profile: "SERVER_OV",
  subject: OV,
  names: ["www.example.co.jp"],
  spki,
  notBefore: NOW,
  notAfter: lastSecond(NOW, 90),
  purpose: "request:none",
  subscriberId: null,
  organizationId: null,
  ...changes,
});
const count = async () => {
  const { certificates: c } = authorityTables(db.read.columns);
  return (await db.read.select({ id: c.id }).from(c)).length;
};
/** Ordered from the authority itself, behind every form and check: refused by this lint, nothing is stored. */
async function refused(changes: Partial<IssueOrder>, lints: string): Promise<void> {
  const before = await count();
  await expect(issueCertificate(deps, order(changes))).rejects.toMatchObject({
    code: "lint-failed",
    params: { lints },
  });
  expect(await count()).toBe(before);
}
const withValue = (type: string, value: string) => OV.map((a) => (a.type === type ? { type, value } : a));

/** Izenpe 2019 (bug 1528290): countries that are none, organizational units, values beyond their length. */
describe("class 14: country, OU, lengths", () => {
  test.each(["UK", "EU", "XX", "jp", "ZZ"])("country %s", (value) =>
    refused({ subject: withValue("C", value) }, "country"),
  );
  test("an organizational unit", () =>
    refused({ subject: [...OV, { type: "OU", value: "情報システム部" }] }, "subject-no-unit, subject-order"));
  test.each([
    ["O", 64],
    ["L", 128],
    ["ST", 128],
  ])("%s holds %i characters after encoding, kanji counted once, and not one more", async (type, limit) => {
    // 𠮷 is one character, two UTF-16 units and four bytes of UTF-8.
    const full = "𠮷".repeat(limit);
    const { der: bytes } = await issueCertificate(deps, order({ subject: withValue(type, full) }));
    expect(parseCertificate(bytes).subject.find((a) => a.type === type)?.value).toBe(full);
    await expect(issueCertificate(deps, order({ subject: withValue(type, `${full}a`) }))).rejects.toThrow(
      RangeError,
    );
  });
});

/** Entrust 2024 (bug 1883843): 26,668 certificates drifted from their profile. Golden DER: test/pki/golden-der.test.ts. */
describe("class 15: profile drift", () => {
  test("an extension that no profile knows is refused in every profile", () => {
    for (const name of PROFILE_NAMES) {
      const tbs = buildTbsCertificate(content({ profile: PROFILES[name] }));
      const drifted = withExtension(tbs, "1.2.3.4", write.extension("1.2.3.4", false, der.nullValue()));
      expect(failures(drifted, name), name).toContain("known-extensions");
    }
  });

  test("no extension of a profile can be left out", () => {
    const tbs = buildTbsCertificate(content());
    const present = parseTbsCertificate(tbs).extensions.map(({ oid }) => oid);
    expect(present).toHaveLength(8);
    for (const oid of present) {
      const found = failures(withExtension(tbs, oid, null));
      expect(
        found.filter((id) => id !== "encoding"),
        oid,
      ).not.toEqual([]);
    }
  });

  test("nor does one profile pass for another", () => {
    for (const name of PROFILE_NAMES) {
      if (name === "SERVER_OV") continue;
      expect(failures(buildTbsCertificate(content()), name), name).not.toEqual([]);
    }
    expect(
      failures(
        buildTbsCertificate(content({ profile: PROFILES.SERVER_EV, subject: EV_SUBJECT })),
        "SERVER_OV",
      ),
    ).not.toEqual([]);
  });
});

/** DigiCert 2019 (bug 1593814): encodings that were almost DER. */
describe("class 16: encoding", () => {
  test("what was issued reads and writes as the same bytes, whatever the vetted record says", async () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((value) => /^[\p{L}\p{N}]+$/u.test(value));
    await fc.assert(
      fc.asyncProperty(text, text, async (organization, locality) => {
        const subject = withValue("O", `株式会社${organization}`).map((a) =>
          a.type === "L" ? { type: "L", value: `${locality}市` } : a,
        );
        const { der: bytes } = await issueCertificate(deps, order({ subject }));
        const parsed = parseCertificate(bytes);
        expect(parsed.subject.map(({ type, value }) => ({ type, value }))).toEqual(subject);
        expect(
          lintTbs(parsed.tbs, "SERVER_OV", Temporal.PlainDate.from("2026-11-21"), { limitDays: 200 }),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["2049-12-31T23:59:59Z", der.TAG.utcTime],
    ["2050-01-01T00:00:00Z", der.TAG.generalizedTime],
  ])("a time at %s has its own type", (at, tag) => {
    const tbs = buildTbsCertificate(content({ notAfter: Temporal.Instant.from(at) }));
    expect(parseTbsCertificate(tbs).node.child(4).child(1).tag).toBe(tag);
    expect(failures(tbs)).toEqual(["validity-length"]);
  });
});

/** Let's Encrypt 2021 (bug 1715455): 185 million certificates lived one second longer than they said. */
describe("class 17: one second too long", () => {
  test.each(PROFILE_NAMES)("%s", (name) => {
    const limitDays = PROFILES[name].longestDays ?? longestValidityDays(NOW);
    const judged = (seconds: number) => {
      const notAfter = lastSecond(NOW, limitDays).add({ seconds });
      const tbs = buildTbsCertificate(content({ profile: PROFILES[name], notAfter }));
      return lintTbs(tbs, name, Temporal.PlainDate.from("2026-11-21"), { ...CONTEXT, limitDays }).map(
        ({ id }) => id,
      );
    };
    expect(judged(-1)).not.toContain("validity-length");
    expect(judged(0)).not.toContain("validity-length");
    expect(judged(1)).toContain("validity-length");
  });

  test("at the signer, on both sides of the day on which the limit changes", async () => {
    const limit = (at: Temporal.Instant) => lastSecond(at, longestValidityDays(at));
    await issueCertificate(deps, order({ notAfter: limit(NOW) }));
    await refused({ notAfter: limit(NOW).add({ seconds: 1 }) }, "validity-length");
    const later = clockAt(Temporal.Instant.from("2027-03-15T00:00:00Z"));
    const then = { notBefore: later.now(), notAfter: lastSecond(later.now(), 100) };
    await issueCertificate({ ...deps, clock: later }, order(then));
    await expect(
      issueCertificate(
        { ...deps, clock: later },
        order({ ...then, notAfter: then.notAfter.add({ seconds: 1 }) }),
      ),
    ).rejects.toMatchObject({ params: { lints: "validity-length" } });
    // Started yesterday under the longer limit, signed today: the shorter one holds.
    const yesterday = later.now().subtract({ hours: 12 });
    await expect(
      issueCertificate(
        { ...deps, clock: later },
        order({ notBefore: yesterday, notAfter: lastSecond(yesterday, 199) }),
      ),
    ).rejects.toMatchObject({ params: { lints: "validity-length" } });
  });
});

/** 2019: serials whose first bit was always zero, so that 64 bits of chance were 63. */
describe("class 18: the chance in a serial", () => {
  test("128 random bits behind a fixed byte: positive, below 2^159, every bit both ways", () => {
    const serials = Array.from({ length: 2000 }, newSerial);
    expect(new Set(serials).size).toBe(serials.length);
    for (const serial of serials) expect(serial).toMatch(/^40[0-9a-f]{32}$/);
    for (let bit = 0; bit < 128; bit += 1) {
      const ones = serials.filter((serial) => (BigInt(`0x${serial}`) >> BigInt(bit)) & 1n).length;
      // Seven standard deviations of a fair coin: 1000 ± 157.
      expect(Math.abs(ones - 1000), `bit ${bit}`).toBeLessThan(157);
    }
  });

  test("an issuer uses none twice, and the signer refuses one that is too short for the chance", async () => {
    const issuer = await issuerOf(db.read, "CUSTOMER_OV");
    const intent = makeIntent(deps, issuer, order({}), NOW);
    await db.transact((tx) => storeIntents(tx, deps.instance, [intent], NOW));
    const twice = { ...makeIntent(deps, issuer, order({}), NOW), serial: intent.serial };
    await expect(db.transact((tx) => storeIntents(tx, deps.instance, [twice], NOW))).rejects.toThrow();
    const short = buildTbsCertificate(content({ serial: "7f".repeat(8), publicKey: rsa, subject: SUBJECT }));
    expect(failures(short)).toEqual(["serial-number"]);
    const { intents: i } = authorityTables(db.read.columns);
    expect(await db.read.select({ id: i.id }).from(i).where(eq(i.serial, intent.serial))).toHaveLength(1);
    expect((await signIntent(deps, issuer, intent)).intent).toBe(intent);
  });
});
