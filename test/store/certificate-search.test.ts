import fc from "fast-check";
import { expect, test } from "vitest";
import { authorityTables, issuerOf } from "../../server/authority/index.ts";
import type { Database, Place } from "../../server/db/index.ts";
import type { Tenant } from "../../server/kernel/actor.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { reversedName } from "../../server/pki/index.ts";
import { listCertificates } from "../../server/requests/pages/list-certificates.ts";
import {
  CERTIFICATE_FILTERS,
  type CertificateFilters,
  NO_FILTERS,
} from "../../server/requests/search/certificate-filters.ts";
import type { Scope } from "../../server/requests/search/certificate-search.ts";
import { aobaTrading } from "../support/aoba.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { clockAt, establishTestHierarchies, NOW } from "../support/issuing.ts";

interface Planted {
  readonly names: readonly string[];
  readonly tenant: Tenant;
  readonly organizationId: Id;
  readonly ev?: boolean;
  readonly state?: "ACTIVE" | "REPLACED" | "REVOKED";
  readonly serial?: string;
  readonly spkiSha256?: string;
  /** Days from now to the end. */
  readonly days?: number;
}

let planted = 0;
const hex = (bytes: number) => {
  planted += 1;
  return planted.toString(16).padStart(bytes * 2, "0");
};

/** Rows as the storing transaction writes them. Gives their ids, in order. */
async function plant(db: Database, all: readonly Planted[]): Promise<Id[]> {
  const { id: issuerId, certificateDer } = await issuerOf(db.read, "CUSTOMER_OV");
  const ids = all.map(() => newId());
  await db.transact(async (tx) => {
    const { certificates, certificateNames } = authorityTables(tx.columns);
    for (const [index, one] of all.entries()) {
      const id = ids[index] ?? "";
      const state = one.state ?? "ACTIVE";
      await tx.insert(certificates).values({
        id,
        issuerId,
        serial: one.serial ?? `40${hex(16)}`,
        profile: one.ev ? "SERVER_EV" : "SERVER_OV",
        subscriberId: one.tenant,
        organizationId: one.organizationId,
        purpose: `request:${id}`,
        commonName: one.names[0] ?? "",
        nameCount: one.names.length,
        crlPartition: 0,
        fingerprint: hex(32),
        spkiSha256: one.spkiSha256 ?? hex(32),
        notBefore: NOW.subtract({ hours: 24 * 300 }),
        notAfter: NOW.add({ hours: 24 * (one.days ?? 100) }),
        state,
        revokedAt: state === "REVOKED" ? NOW : null,
        revocationReason: null,
        createdAt: NOW,
        der: certificateDer,
      });
      await tx.insert(certificateNames).values(
        one.names.map((name) => ({
          certificateId: id,
          subscriberId: one.tenant,
          name,
          reversedName: reversedName(name),
        })),
      );
    }
  });
  return ids;
}

const FIRST: Place = { size: 25, after: null, before: null };

/** Every page of a list from its beginning: the ids in the order shown. */
async function walked(db: Database, scope: Scope, filters: Partial<CertificateFilters>, size: number) {
  const ids: Id[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 200; pages += 1) {
    const place: Place = { size, after, before: null };
    const list = await listCertificates(db.read, scope, { ...NO_FILTERS, ...filters }, place, NOW);
    ids.push(...list.rows.map(({ id }) => id));
    after = list.older;
    if (after === null) return ids;
  }
  throw new Error("a list without an end");
}

onBothEngines("searching certificates", (open) => {
  async function staged() {
    const db = await open();
    await establishTestHierarchies(db, clockAt(NOW), temporaryFolder());
    const aoba = await aobaTrading(db, NOW);
    const other = await aobaTrading(db, NOW, { domain: "example.com" });
    const mine = { tenant: aoba.tenant, organizationId: aoba.organizationId };
    const theirs = { tenant: other.tenant, organizationId: other.organizationId };
    const found = async (search: string, scope: Scope = { tenant: aoba.tenant }) => {
      const list = await listCertificates(db.read, scope, { ...NO_FILTERS, search }, FIRST, NOW);
      return list.rows.map(({ commonName }) => commonName);
    };
    return { db, aoba, other, mine, theirs, found };
  }

  test("names are found whole, by their beginning and by their domain, never in the middle", async () => {
    const { db, mine, theirs, found } = await staged();
    await plant(db, [
      { ...mine, names: ["www.example.co.jp", "example.co.jp"] },
      { ...mine, names: ["www.ample.co.jp"] },
      { ...mine, names: ["www.example.co.jp.evil.jp"] },
      { ...mine, names: ["example-co.jp"] },
      { ...mine, names: ["*.example.co.jp"] },
      { ...mine, names: ["xn--r8jz45g.jp"] },
      { ...mine, names: ["203.0.113.7"] },
      { ...theirs, names: ["mail.example.co.jp"] },
    ]);
    expect(await found("www.example.co.jp")).toEqual(["www.example.co.jp"]);
    expect(await found("example.co.jp")).toEqual(["www.example.co.jp"]);
    expect(await found("ｗｗｗ．ＥＸＡ＊")).toEqual(["www.example.co.jp", "www.example.co.jp.evil.jp"]);
    expect(await found("ww.exa*")).toEqual([]);
    expect(await found("xample")).toEqual([]);
    expect(await found(".ample.co.jp")).toEqual(["www.ample.co.jp"]);
    expect(await found("*.example.co.jp")).toEqual(["www.example.co.jp", "*.example.co.jp"]);
    expect(await found(".co.jp")).toEqual(["www.ample.co.jp", "www.example.co.jp", "*.example.co.jp"]);
    expect(await found("例え.jp")).toEqual(["例え.jp"]);
    expect(await found("203.0.113.7")).toEqual(["203.0.113.7"]);
    expect(await found("%")).toEqual([]);
    expect(await found("_ww*")).toEqual([]);
    expect(await found("mail.example.co.jp")).toEqual([]);
    expect(await found("mail.example.co.jp", "every-tenant")).toEqual(["mail.example.co.jp"]);
  });

  test("serials, fingerprints and key hashes are found in any dress, organisations by their beginning", async () => {
    const { db, aoba, mine, theirs, found } = await staged();
    const key = "ab".repeat(32);
    const [first = ""] = await plant(db, [
      { ...mine, names: ["a.example.co.jp"], serial: "40a13f00000000000000000000000000bb", spkiSha256: key },
      { ...mine, names: ["b.example.co.jp"], serial: "4000a13f000000000000000000000000cc" },
      { ...theirs, names: ["c.example.com"], serial: "40a13f00000000000000000000000000dd", spkiSha256: key },
    ]);
    const { certificates } = authorityTables(db.read.columns);
    const rows = await db.read.select().from(certificates);
    const fingerprint = rows.find(({ id }) => id === first)?.fingerprint ?? "";
    for (const typed of [
      "40:A1:3F",
      "40 a1 3f 00",
      "0x40A13F",
      "40a13f0000",
      "40A13F00000000000000000000000000BB",
    ]) {
      expect(await found(typed), typed).toEqual(["a.example.co.jp"]);
    }
    expect(await found("a13f0000")).toEqual([]);
    expect(await found("40a13f00", "every-tenant")).toEqual(["a.example.co.jp", "c.example.com"]);
    expect(await found(fingerprint.toUpperCase())).toEqual(["a.example.co.jp"]);
    expect(await found(fingerprint.slice(0, 40))).toEqual([]);
    expect(await found(key.match(/../g)?.join(":") ?? "")).toEqual(["a.example.co.jp"]);
    expect(await found(key, "every-tenant")).toEqual(["c.example.com", "a.example.co.jp"]);
    const byName = await listCertificates(
      db.read,
      { tenant: aoba.tenant },
      { ...NO_FILTERS, search: "株式会社" },
      FIRST,
      NOW,
    );
    expect(byName.term.kind).toBe("organization");
    expect(byName.rows.every(({ organization }) => organization?.startsWith("株式会社") ?? false)).toBe(true);
  });

  test("states, products, organisations and windows narrow together, and chips count under the search", async () => {
    const { db, aoba, mine } = await staged();
    await plant(db, [
      { ...mine, names: ["a.example.co.jp"], days: 10 },
      { ...mine, names: ["b.example.co.jp"], days: 20, ev: true },
      { ...mine, names: ["c.example.co.jp"], days: -5 },
      { ...mine, names: ["d.example.co.jp"], state: "REVOKED", ev: true },
      { ...mine, names: ["e.example.jp"], state: "REPLACED" },
      { ...mine, names: ["f.example.jp"], days: 200 },
    ]);
    const list = (filters: Partial<CertificateFilters>) =>
      listCertificates(db.read, { tenant: aoba.tenant }, { ...NO_FILTERS, ...filters }, FIRST, NOW);
    const counted = async (filters: Partial<CertificateFilters>) => {
      const { all, counts } = await list(filters);
      return [all.count, ...CERTIFICATE_FILTERS.map((one) => counts[one].count)];
    };
    expect(await counted({})).toEqual([6, 3, 2, 1, 1, 1]);
    expect(await counted({ state: "REVOKED" })).toEqual([6, 3, 2, 1, 1, 1]);
    expect(await counted({ search: ".example.co.jp" })).toEqual([4, 2, 2, 1, 1, 0]);
    expect(await counted({ product: "EV" })).toEqual([2, 1, 1, 0, 1, 0]);
    const names = async (filters: Partial<CertificateFilters>) =>
      (await list(filters)).rows.map(({ commonName }) => commonName.slice(0, 1)).join("");
    expect(await names({})).toBe("fedcba");
    expect(await names({ state: "ACTIVE" })).toBe("abf");
    expect(await names({ state: "EXPIRED" })).toBe("c");
    expect(await names({ state: "ACTIVE", product: "EV" })).toBe("b");
    expect(await names({ search: "*.jp" })).toBe("abcdef");
    const day = (days: number) =>
      NOW.add({ hours: 24 * days })
        .toZonedDateTimeISO("Asia/Tokyo")
        .toPlainDate();
    expect(await names({ from: day(10), to: day(20) })).toBe("ab");
    expect(await names({ organizationId: newId() })).toBe("");
  });

  test("walking a list of any order shows each row once and nobody else's, forwards and backwards", async () => {
    const { db, aoba, mine, theirs } = await staged();
    const some = fc.sample(
      fc.record({
        host: fc.constantFrom("a", "b", "www", "www.a", "*.a"),
        more: fc.boolean(),
        ev: fc.boolean(),
        state: fc.constantFrom("ACTIVE" as const, "ACTIVE" as const, "REPLACED" as const, "REVOKED" as const),
        days: fc.constantFrom(-1, 5, 5, 40),
        own: fc.boolean(),
      }),
      { numRuns: 90, seed: 7 },
    );
    const ids = await plant(
      db,
      some.map(({ host, more, own, ...rest }) => ({
        ...(own ? mine : theirs),
        ...rest,
        names: [`${host}.example.co.jp`, ...(more ? ["b.a.example.co.jp"] : [])],
      })),
    );
    const own = new Set(ids.filter((_, index) => some[index]?.own));
    const everything = await walked(db, { tenant: aoba.tenant }, {}, 100);
    expect(new Set(everything)).toEqual(own);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("", "www*", ".example.co.jp", "b.a.example.co.jp", ".a.example.co.jp", "0x4000"),
        fc.constantFrom(null, ...CERTIFICATE_FILTERS),
        fc.constantFrom(null, "OV" as const, "EV" as const),
        fc.integer({ min: 1, max: 9 }),
        async (search, state, product, size) => {
          const filters = { search, state, product };
          const once = await walked(db, { tenant: aoba.tenant }, filters, 100);
          const stepwise = await walked(db, { tenant: aoba.tenant }, filters, size);
          expect(stepwise).toEqual(once);
          expect(new Set(once).size).toBe(once.length);
          expect(once.every((id) => own.has(id))).toBe(true);
          const all = { ...NO_FILTERS, ...filters };
          const at = (place: Partial<Place>) =>
            listCertificates(db.read, { tenant: aoba.tenant }, all, { ...FIRST, size, ...place }, NOW);
          const first = await at({});
          if (first.older === null) return;
          const second = await at({ after: first.older });
          expect((await at({ before: second.newer })).rows).toEqual(first.rows);
        },
      ),
      { numRuns: 25, seed: 11 },
    );
  });
});
