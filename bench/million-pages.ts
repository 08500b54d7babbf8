import { asc, desc, eq } from "drizzle-orm";
import { authorityTables } from "../server/authority/index.ts";
import type { Database } from "../server/db/index.ts";
import { type Actor, tenantOf } from "../server/kernel/actor.ts";
import { requestTables } from "../server/requests/index.ts";
import type { BenchTenant } from "./million-rows.ts";

export interface BenchPage {
  readonly site: "applicant" | "operator" | "desk";
  readonly page: string;
  /** The address of a round: rounds look at different subscribers, names and numbers. */
  readonly address: (round: number) => string;
  readonly actor: (round: number) => Actor;
}

/** Every list, search and front page, with the filters that hurt: rare states, long walks, filters that match nothing. */
export async function pagesOf(db: Database, tenants: readonly BenchTenant[]): Promise<BenchPage[]> {
  const [giant] = tenants;
  if (!giant) throw new Error("no tenants");
  const some = await samples(db, giant);
  const other = (round: number) => tenants[1 + ((round * 37) % (tenants.length - 1))] ?? giant;
  const person = { name: "B.BENCH", mustChangePassword: false, roles: ["ADMINISTRATOR"] };
  const actorOf = (kind: string, who: BenchTenant) =>
    ({
      ...person,
      kind,
      tenant: tenantOf(who.tenant),
      personId: who.tenant,
      userId: who.tenant,
      operatorId: who.tenant,
    }) as unknown as Actor;
  const of = <Value>(values: readonly Value[], round: number): Value =>
    values[round % values.length] as Value;

  const pages: BenchPage[] = [];
  const sites = ["applicant", "operator"] as const;
  for (const site of sites) {
    const add = (page: string, address: BenchPage["address"], who: "giant" | "others" = "giant") =>
      pages.push({
        site,
        page: `${page}${who === "giant" ? "" : " (others)"}`,
        address,
        actor: (round) => actorOf(site, who === "giant" ? giant : other(round)),
      });
    for (const who of ["giant", "others"] as const) {
      add("home", () => "/", who);
      add("requests", () => "/requests?state=ALL", who);
      add("certificates", () => "/certificates", who);
    }
    for (const state of ["PENDING_APPROVAL", "ISSUED", "ISSUE_FAILED", "REJECTED"]) {
      add(`requests ${state}`, () => `/requests?state=${state}`);
    }
    add("requests, deep page", () => `/requests?state=ALL&size=100&after=${some.middleRequest}`);
    add("requests by name", (round) => `/requests?state=ALL&q=${of(some.names, round)}`);
    add("requests by prefix www*", () => "/requests?state=ALL&q=www*&size=100");
    add("requests by domain", () => `/requests?state=ALL&q=.${giant.domain}&size=100`);
    add("requests by domain, state matching none", () => `/requests?state=CANCELLED&q=.${giant.domain}`);
    add("requests by receipt number", (round) => `/requests?state=ALL&q=${of(some.receipts, round)}`);
  }
  const both = [
    ["applicant", giant.domain],
    ["desk", "jp"],
  ] as const;
  for (const [site, domain] of both) {
    const actor = () => actorOf(site === "desk" ? "staff" : site, giant);
    const add = (page: string, address: BenchPage["address"]) => pages.push({ site, page, address, actor });
    if (site === "desk") {
      add("home", () => "/");
      add("certificates", () => "/certificates");
      add("subscribers", () => "/subscribers");
      add("audit", () => "/audit");
      add("certificates of one subscriber", () => `/certificates?subscriber=${giant.tenant}`);
      add(
        "certificates by organisation's name",
        () => `/certificates?q=${encodeURIComponent(`${giant.domain}株式`)}`,
      );
    }
    add("certificates, deep page of 100", () => `/certificates?size=100&after=${some.middle}`);
    for (const state of ["ACTIVE", "EXPIRING", "EXPIRED", "REVOKED", "REPLACED"]) {
      add(`certificates ${state}`, () => `/certificates?state=${state}&size=100`);
    }
    add("certificates EV", () => "/certificates?product=EV&size=100");
    add("certificates EV REVOKED", () => "/certificates?product=EV&state=REVOKED");
    add("certificates ending in a week", () => `/certificates?from=${some.day}&to=${some.week}&size=100`);
    add(
      "certificates ending in a week, EV REPLACED",
      () => `/certificates?from=${some.day}&to=${some.week}&product=EV&state=REPLACED`,
    );
    add(
      "certificates of one organisation, REVOKED",
      () => `/certificates?organization=${giant.organizationId}&state=REVOKED`,
    );
    add("certificates by name", (round) => `/certificates?q=${of(some.names, round)}`);
    add("certificates by prefix www*", () => "/certificates?q=www*&size=100");
    add("certificates by prefix www*, EXPIRING EV", () => "/certificates?q=www*&state=EXPIRING&product=EV");
    add(
      "certificates by prefix, organisation matching none",
      () => `/certificates?q=www.a*&organization=${other(3).organizationId}`,
    );
    add("certificates by domain", () => `/certificates?q=.${domain}&size=100`);
    add("certificates by domain, REVOKED", () => `/certificates?q=.${domain}&state=REVOKED`);
    add("certificates by name nobody has", () => "/certificates?q=nobody.example.com");
    add("certificates by serial", (round) => `/certificates?q=${of(some.serials, round)}`);
    add(
      "certificates by serial's beginning",
      (round) => `/certificates?q=${of(some.serials, round).slice(0, 8)}`,
    );
    add("certificates by every serial's beginning", () => "/certificates?q=0x4000");
    add("certificates by fingerprint", (round) => `/certificates?q=${of(some.fingerprints, round)}`);
    add("certificates by key hash", (round) => `/certificates?q=${of(some.keys, round)}`);
    add(
      "certificates by receipt number's day",
      (round) => `/certificates?q=${of(some.receipts, round).slice(0, 10)}`,
    );
  }
  return pages;
}

async function samples(db: Database, giant: BenchTenant) {
  const { certificates: c } = authorityTables(db.read.columns);
  const { certificateRequests: r } = requestTables(db.read.columns);
  const rows = await db.read
    .select()
    .from(c)
    .where(eq(c.subscriberId, giant.tenant))
    .orderBy(desc(c.id))
    .limit(2_000);
  const requests = await db.read
    .select({ id: r.id, receiptNumber: r.receiptNumber })
    .from(r)
    .where(eq(r.subscriberId, giant.tenant))
    .orderBy(asc(r.id))
    .limit(2_000);
  const picked = rows.filter((_, index) => index % 97 === 0);
  const today = Temporal.Now.plainDateISO("Asia/Tokyo");
  return {
    middle: rows.at(-1)?.id ?? "",
    middleRequest: requests.at(-1)?.id ?? "",
    names: picked.map(({ commonName }) => commonName),
    serials: picked.map(({ serial }) => serial),
    fingerprints: picked.map(({ fingerprint }) => fingerprint),
    keys: picked.map(({ spkiSha256 }) => spkiSha256),
    receipts: requests.filter((_, index) => index % 97 === 0).map(({ receiptNumber }) => receiptNumber),
    day: today.add({ days: 30 }).toString(),
    week: today.add({ days: 36 }).toString(),
  };
}
