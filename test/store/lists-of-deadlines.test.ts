import { expect, test } from "vitest";
import { type Database, insertRows, type Place } from "../../server/db/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { revocationTables } from "../../server/revocation/index.ts";
import { listMass } from "../../server/revocation/mass/pages.ts";
import { massRevocationTables } from "../../server/revocation/mass/tables.ts";
import { listOrders } from "../../server/revocation/pages/orders.ts";
import { reportTables } from "../../server/revocation/reports/index.ts";
import { listReports } from "../../server/revocation/reports/pages/list-reports.ts";
import { aobaTrading } from "../support/aoba.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
} from "../support/issuing.ts";

/** What is listed by its deadline goes on beyond its first page, ties of deadlines included, and counts stop at 1,000. */

const FIRST: Place = { size: 25, after: null, before: null };
const hours = (count: number) => NOW.add({ hours: count });

interface Listed {
  readonly rows: readonly { readonly id: Id }[];
  readonly newer: string | null;
  readonly older: string | null;
}

/** The ids of a whole list, page by page; on the way the page before the second is found again. */
async function walked(list: (place: Place) => Promise<Listed>): Promise<Id[]> {
  const ids = ({ rows }: Listed) => rows.map(({ id }) => id);
  const first = await list(FIRST);
  expect(first.newer).toBeNull();
  const all = ids(first);
  for (let after = first.older; after !== null; ) {
    const page = await list({ ...FIRST, after });
    if (all.length === FIRST.size) {
      expect(ids(await list({ ...FIRST, before: page.newer }))).toEqual(ids(first));
    }
    all.push(...ids(page));
    after = page.older;
  }
  return all;
}

/** Ids in the order of the list: by the deadline, then by the id. */
const byDeadline = (rows: readonly { readonly id: Id; readonly at: Temporal.Instant }[]): Id[] =>
  rows.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at) || (a.id < b.id ? -1 : 1)).map(({ id }) => id);

async function planOrders(db: Database, count: number) {
  const clock = clockAt(NOW);
  const signers = await establishTestHierarchies(db, clock, temporaryFolder());
  const aoba = await aobaTrading(db, NOW);
  const requests = await approvedRequests(db, aoba, 1);
  const { issued } = await issueApproved(issuanceDeps(db, clock, signers), requests);
  const certificateId = issued[0]?.certificate.id ?? "";
  const { revocationOrders } = revocationTables(db.read.columns);
  const rows = Array.from({ length: count }, (_, index): typeof revocationOrders.$inferInsert => ({
    id: newId(),
    certificateId,
    subscriberId: aoba.tenant,
    reason: "superseded",
    ground: "NON_COMPLIANCE",
    explanation: "発行基準に合わない記載がありました。",
    state: "PLANNED",
    orderedAt: NOW,
    dueAt: hours(120 - (index % 3)),
    executeAt: hours(100),
    doneAt: null,
    actorKind: "system",
    actorId: null,
    actorName: "test",
    origin: "desk",
    originId: null,
    cancelledBy: null,
    cancelReason: null,
    openFor: null,
    version: 1,
  }));
  await db.transact((tx) => insertRows(tx, "orders of a test", revocationOrders, rows));
  return rows.map(({ id, dueAt }) => ({ id, at: dueAt }));
}

async function fileReports(db: Database, count: number) {
  const { problemReports } = reportTables(db.read.columns);
  const rows = Array.from({ length: count }, (_, index): typeof problemReports.$inferInsert => ({
    id: newId(),
    receiptNumber: `P-${String(index).padStart(6, "0")}`,
    submissionKey: newId(),
    category: "MISUSE",
    language: "ja",
    description: "不正に利用されています。",
    proof: "NONE",
    state: "OPEN",
    receivedAt: NOW,
    preliminaryDueAt: hours(24),
    decisionDueAt: hours(24),
    nextDueAt: hours(24 - (index % 3)),
    preliminaryWarned: "CALM",
    decisionWarned: "CALM",
    version: 1,
  }));
  await db.transact((tx) => insertRows(tx, "reports of a test", problemReports, rows));
  return rows.map(({ id, nextDueAt }) => ({ id, at: nextDueAt ?? NOW }));
}

onBothEngines("lists of deadlines", (open) => {
  test("planned revocations go on, and count to 1,000", async () => {
    const db = await open();
    const list = (place: Place) => listOrders(db.read, "PLANNED", place, NOW);
    const planned = await planOrders(db, 1_000);
    expect(await walked(list)).toEqual(byDeadline(planned));
    expect((await list(FIRST)).total).toEqual({ count: 1_000, more: false });
    const [order] = (await list(FIRST)).rows;
    const { revocationOrders } = revocationTables(db.read.columns);
    await db.transact((tx) =>
      tx
        .insert(revocationOrders)
        .values({ ...order?.order, id: newId() } as typeof revocationOrders.$inferInsert),
    );
    const { counts, all, total } = await list(FIRST);
    expect(total).toEqual({ count: 1_000, more: true });
    expect([counts.PLANNED, counts.DONE, all]).toEqual([total, { count: 0, more: false }, total]);
    // A place of another list is none of this one: it begins anew.
    expect((await list({ ...FIRST, after: newId() })).rows[0]?.id).toBe(order?.id);
  });

  test("open reports go on, and count to 1,000", async () => {
    const db = await open();
    const filed = await fileReports(db, 1_001);
    const list = (place: Place, search = "") => listReports(db.read, { state: "OPEN", search }, place, NOW);
    expect(await walked(list)).toEqual(byDeadline(filed));
    const { counts, all, total } = await list(FIRST);
    expect(total).toEqual({ count: 1_000, more: true });
    expect([counts.OPEN, all]).toEqual([total, total]);
    expect((await list(FIRST, "p-0000")).all).toEqual({ count: 100, more: false });
  });

  test("mass revocations go on", async () => {
    const db = await open();
    const { massRevocations } = massRevocationTables(db.read.columns);
    const rows = Array.from({ length: 60 }, (): typeof massRevocations.$inferInsert => ({
      id: newId(),
      name: "不適合",
      ground: "NON_COMPLIANCE",
      reason: "superseded",
      explanation: "発行基準に合わない記載がありました。",
      drill: true,
      knownAt: NOW,
      timing: "DEADLINE",
      dueAt: hours(120),
      executeAt: hours(119),
      selector: { kind: "SERIALS", serials: [] },
      size: 0,
      state: "ABANDONED",
      createdBy: newId(),
      createdByName: "登録 太郎",
      createdAt: NOW,
      version: 1,
    }));
    await db.transact((tx) => insertRows(tx, "cases of a test", massRevocations, rows));
    const newestFirst = rows
      .map(({ id }) => id)
      .toSorted()
      .toReversed();
    expect(await walked((place) => listMass(db.read, place))).toEqual(newestFirst);
  });
});
