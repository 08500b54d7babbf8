import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import { sqliteReader } from "../../server/db/sqlite.ts";
import { tenantOf } from "../../server/kernel/actor.ts";
import { newId } from "../../server/kernel/ids.ts";
import { applicantHome } from "../../server/requests/pages/applicant-home.ts";
import { listCertificates } from "../../server/requests/pages/list-certificates.ts";
import { listRequests } from "../../server/requests/pages/list-requests.ts";
import { operatorHome } from "../../server/requests/pages/operator-home.ts";
import { REQUEST_STATES } from "../../server/requests/request.ts";
import { CERTIFICATE_FILTERS, NO_FILTERS } from "../../server/requests/search/certificate-filters.ts";
import { migratedPlace } from "../support/databases.ts";
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
  const plans = [...statements].flatMap((text) =>
    (judge.prepare(`explain query plan ${text}`).all() as { detail: string }[]).map(
      ({ detail }) => `${detail}\n    ${text.slice(0, 300)}`,
    ),
  );
  judge.close();
  return plans;
}

test("no list, search or front page reads a large table without an index", async () => {
  const tenant = tenantOf(newId());
  const place = { size: 25, after: null, before: null };
  const day = NOW.toZonedDateTimeISO("Asia/Tokyo").toPlainDate();
  const plans = await plansOf(async (read) => {
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
      for (const state of [null, ...REQUEST_STATES])
        await listRequests(read, tenant, { state, search }, place);
    }
    await applicantHome(read, tenant, NOW);
    await operatorHome(read, tenant, NOW);
  });
  expect(plans.length).toBeGreaterThan(1_000);
  expect(plans.filter((plan) => LARGE.test(plan))).toEqual([]);
});
