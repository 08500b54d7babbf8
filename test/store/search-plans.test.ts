import Sqlite from "better-sqlite3";
import pg from "pg";
import { expect, test, vi } from "vitest";
import type { Reader } from "../../server/db/index.ts";
import { sqliteReader } from "../../server/db/sqlite.ts";
import { tenantOf } from "../../server/kernel/actor.ts";
import { newId } from "../../server/kernel/ids.ts";
import { applicantHome } from "../../server/requests/pages/applicant-home.ts";
import { listCertificates } from "../../server/requests/pages/list-certificates.ts";
import { listRequests } from "../../server/requests/pages/list-requests.ts";
import { operatorHome } from "../../server/requests/pages/operator-home.ts";
import { REQUEST_STATES } from "../../server/requests/request.ts";
import { CERTIFICATE_FILTERS, NO_FILTERS } from "../../server/requests/search/certificate-filters.ts";
import { migratedPlace, openPlace } from "../support/databases.ts";
import { NOW } from "../support/issuing.ts";

const SEARCHES = [
  "",
  "www.example.co.jp",
  "www*",
  ".example.co.jp",
  "40:a1:3f",
  "ab".repeat(32),
  "R-20261121",
];
const LARGE_SEQUENTIAL =
  /Seq Scan on (certificates|certificate_names|certificate_requests|request_names|request_events)\b/;
const LARGE =
  /^SCAN "?(certificates|certificate_names|certificate_requests|request_names|request_events)\b(?! USING)/;

/** What SQLite would read for every statement of these pages. */
async function plansOf(work: (read: ReturnType<typeof sqliteReader>) => Promise<void>): Promise<string[]> {
  const { file } = await migratedPlace("sqlite");
  const statements = new Set<string>();
  const db = new Sqlite(file, { readonly: true, verbose: (text) => statements.add(String(text)) });
  await work(sqliteReader(db));
  db.close();
  const judge = new Sqlite(file, { readonly: true });
  const plans = [...statements].flatMap((text) => {
    const details = (judge.prepare(`explain query plan ${text}`).all() as { detail: string }[]).map(
      ({ detail }) => detail,
    );
    // The few rows that a search takes out of a table under its name, and then reads one by one.
    const taken = details.flatMap((detail) => /^CO-ROUTINE (\w+)$/.exec(detail)?.[1] ?? []);
    return details
      .filter((detail) => !taken.some((name) => detail === `SCAN ${name}`))
      .map((detail) => `${detail}\n    ${text.slice(0, 300)}`);
  });
  judge.close();
  return plans;
}

/** What PostgreSQL would read where it had a choice: on tables without rows it reads all of everything. */
async function plansOfPostgres(work: (read: Reader) => Promise<void>): Promise<string[]> {
  const place = await migratedPlace("postgres");
  const statements = new Map<string, unknown[]>();
  const query = vi.spyOn(pg.Client.prototype, "query");
  const db = await openPlace(place);
  await work(db.read);
  for (const [asked, values] of query.mock.calls as unknown as [
    string | { text?: string; values?: unknown[] },
    unknown[]?,
  ][]) {
    const [text, given] = typeof asked === "string" ? [asked, values] : [asked.text, asked.values ?? values];
    if (text?.startsWith("select ") && !statements.has(text)) statements.set(text, given ?? []);
  }
  query.mockRestore();
  const judge = new pg.Client({ connectionString: place.url ?? "" });
  await judge.connect();
  await judge.query("set enable_seqscan = off");
  const plans: string[] = [];
  for (const [text, values] of statements) {
    const { rows } = await judge.query<{ "QUERY PLAN": string }>(`explain ${text}`, values);
    plans.push(...rows.map((row) => `${row["QUERY PLAN"]}\n    ${text.slice(0, 300)}`));
  }
  await judge.end();
  return plans;
}

const place = { size: 25, after: null, before: null };

/** Every list and search with every filter, and the front pages. */
async function readEverything(read: Reader): Promise<void> {
  const tenant = tenantOf(newId());
  const day = NOW.toZonedDateTimeISO("Asia/Tokyo").toPlainDate();
  for (const search of SEARCHES) {
    for (const state of [null, ...CERTIFICATE_FILTERS]) {
      for (const scope of [{ tenant }, "every-tenant"] as const) {
        for (const more of [
          {},
          { product: "EV" as const },
          { organizationId: newId() },
          { from: day, to: day },
        ]) {
          await listCertificates(read, scope, { ...NO_FILTERS, search, state, ...more }, place, NOW);
        }
      }
    }
    for (const state of [null, ...REQUEST_STATES]) await listRequests(read, tenant, { state, search }, place);
  }
  await applicantHome(read, tenant, NOW);
  await operatorHome(read, tenant, NOW);
}

test("no list, search or front page reads a large table without an index on SQLite", async () => {
  const plans = await plansOf(readEverything);
  expect(plans.length).toBeGreaterThan(1_000);
  expect(plans.filter((plan) => LARGE.test(plan))).toEqual([]);
});

test("nor on PostgreSQL", async () => {
  const plans = await plansOfPostgres(readEverything);
  expect(plans.length).toBeGreaterThan(1_000);
  expect(plans.filter((plan) => LARGE_SEQUENTIAL.test(plan))).toEqual([]);
});

test("a page in the middle of a search begins at its place in the index, not where the search begins", async () => {
  const id = newId();
  const middles = [
    ["www*", `www.m.jp~${id}`, "(name,certificate_id)>(?,?)"],
    [".jp", `jp.m.www~${id}`, "(reversed_name,certificate_id)>(?,?)"],
    ["0x4000", `4000aa~${id}`, "(serial,issuer_id)>(?,?)"],
  ] as const;
  for (const [search, after, range] of middles) {
    const plans = await plansOf(async (read) => {
      await listCertificates(read, "every-tenant", { ...NO_FILTERS, search }, { ...place, after }, NOW);
    });
    expect(plans.join("\n")).toContain(range);
  }
});
