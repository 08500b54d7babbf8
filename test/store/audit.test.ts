import { execFile } from "node:child_process";
import path from "node:path";
import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import {
  type AuditEntry,
  appendAudit,
  auditTables,
  auditTrail,
  verifyAudit,
} from "../../server/audit/index.ts";
import type { Database, DatabasePlace } from "../../server/db/index.ts";
import { system, tenantOf } from "../../server/kernel/actor.ts";
import { migratedPlace, onBothEngines, openPlace } from "../support/databases.ts";

const alpha = tenantOf("0000-alpha");
const beta = tenantOf("0001-beta");
const start = Temporal.Instant.from("2026-11-21T00:00:00Z");

const entry = (number: number, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  tenant: alpha,
  at: start.add({ seconds: number }),
  actor: {
    kind: "operator",
    operatorId: "op",
    personId: "p",
    name: "T.YAMADA",
    tenant: alpha,
    fingerprint: "f",
  },
  action: "request.approved",
  subject: { kind: "request", id: `r${number}` },
  details: { number, 理由: "確認済み", nested: { list: [1, null, true] } },
  ...changes,
});

async function filled(db: Database, count: number): Promise<void> {
  await db.transact((tx) =>
    appendAudit(
      tx,
      Array.from({ length: count }, (_, index) => entry(index + 1)),
    ),
  );
}

/** Runs the command as an administrator does. */
function verify(place: DatabasePlace, locale: string): Promise<{ code: number; text: string }> {
  const command = path.join(import.meta.dirname, "../../server/cli/verify-audit.ts");
  const env = {
    LC_ALL: locale,
    DATABASE_URL: place.url ?? "",
    INKAN_DATA_DIR: path.dirname(place.file || "/x/y"),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [command], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr });
    });
  });
}

test("the command does not take an absent database for a whole log", async () => {
  const result = await verify({ url: null, file: "/nowhere/inkan.sqlite" }, "C.UTF-8");
  expect(result).toMatchObject({ code: 1, text: expect.stringContaining("/nowhere/inkan.sqlite") });
});

onBothEngines("the audit log", (open, engine) => {
  test("chains entries per tenant, a group at a time", async () => {
    const db = await open();
    await db.transact((tx) =>
      appendAudit(tx, [
        entry(1),
        entry(2, { tenant: "system", actor: system("first start"), action: "issuer.created" }),
        entry(3, { tenant: beta }),
        entry(4),
      ]),
    );
    await db.transact((tx) => appendAudit(tx, [entry(5)]));
    const { auditEntries, auditHeads } = auditTables(db.read.columns);
    const rows = await db.read
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.tenant, alpha))
      .orderBy(auditEntries.sequence);
    expect(rows.map(({ sequence, subjectId }) => [sequence, subjectId])).toEqual([
      [1, "r1"],
      [2, "r4"],
      [3, "r5"],
    ]);
    expect(rows[1]?.previousHash).toBe(rows[0]?.hash);
    expect(rows[2]?.previousHash).toBe(rows[1]?.hash);
    const heads = await db.read.select().from(auditHeads).orderBy(auditHeads.tenant);
    expect(heads.map(({ tenant, sequence }) => [tenant, sequence])).toEqual([
      [alpha, 3],
      [beta, 1],
      ["system", 1],
    ]);
    expect(await verifyAudit(db.read)).toEqual({ entries: 5, heads, broken: null });
  });

  test("nothing at all is whole", async () => {
    const db = await open();
    expect(await verifyAudit(db.read)).toEqual({ entries: 0, heads: [], broken: null });
    await db.transact((tx) => appendAudit(tx, []));
    expect(await verifyAudit(db.read)).toMatchObject({ entries: 0, broken: null });
  });

  test("a transaction that fails leaves neither entry nor gap", async () => {
    const db = await open();
    await filled(db, 2);
    const failing = db.transact(async (tx) => {
      await appendAudit(tx, [entry(3)]);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await db.transact((tx) => appendAudit(tx, [entry(4)]));
    expect(await verifyAudit(db.read)).toMatchObject({ entries: 3, broken: null });
  });

  test("writers of two tenants at once, in either order, make whole chains", async () => {
    const db = await open();
    const writers = Array.from({ length: 60 }, (_, index) =>
      db.transact((tx) => {
        const both = [entry(index), entry(index, { tenant: beta })];
        return appendAudit(tx, index % 2 === 0 ? both : both.reverse());
      }),
    );
    await Promise.all(writers);
    const verdict = await verifyAudit(db.read);
    expect(verdict).toMatchObject({ entries: 120, broken: null });
    expect(verdict.heads.map(({ sequence }) => sequence)).toEqual([60, 60]);
  });

  test("may be verified while others append", async () => {
    const db = await open();
    await filled(db, 50);
    const writing = Promise.all(
      Array.from({ length: 40 }, (_, index) => db.transact((tx) => appendAudit(tx, [entry(100 + index)]))),
    );
    for (let round = 0; round < 5; round += 1) expect((await verifyAudit(db.read)).broken).toBeNull();
    await writing;
    expect(await verifyAudit(db.read)).toMatchObject({ entries: 90, broken: null });
  });

  describe("names the first broken entry", () => {
    const at = (db: Database, sequence: number) => {
      const { auditEntries: e } = auditTables(db.read.columns);
      return and(eq(e.tenant, alpha), eq(e.sequence, sequence));
    };

    test.each([
      ["the text", { actorName: "somebody else" }],
      ["the details", { details: { number: 4, 理由: "別" } }],
      ["the time", { at: start }],
      ["the hash", { hash: "0".repeat(64) }],
      ["the link", { previousHash: "0".repeat(64) }],
      ["the person", { actorId: null }],
    ] as const)("when %s was altered", async (_what, change) => {
      const db = await open();
      await filled(db, 6);
      const { auditEntries } = auditTables(db.read.columns);
      await db.transact((tx) => tx.update(auditEntries).set(change).where(at(db, 4)));
      expect((await verifyAudit(db.read)).broken).toEqual({ tenant: alpha, sequence: 4, fault: "altered" });
    });

    test("when one was removed", async () => {
      const db = await open();
      await filled(db, 6);
      const { auditEntries } = auditTables(db.read.columns);
      await db.transact((tx) => tx.delete(auditEntries).where(at(db, 3)));
      expect((await verifyAudit(db.read)).broken).toEqual({ tenant: alpha, sequence: 3, fault: "missing" });
    });

    test("when the tail was cut off", async () => {
      const db = await open();
      await filled(db, 6);
      const { auditEntries } = auditTables(db.read.columns);
      await db.transact((tx) => tx.delete(auditEntries).where(at(db, 6)));
      expect((await verifyAudit(db.read)).broken).toEqual({ tenant: alpha, sequence: 6, fault: "missing" });
    });

    test("when the head was set back with the tail, the next run against kept heads differs", async () => {
      const db = await open();
      await filled(db, 6);
      const kept = (await verifyAudit(db.read)).heads;
      const { auditEntries, auditHeads } = auditTables(db.read.columns);
      await db.transact(async (tx) => {
        const [last] = await tx.delete(auditEntries).where(at(db, 6)).returning();
        await tx.update(auditHeads).set({ sequence: 5, hash: last?.previousHash ?? "" });
      });
      const verdict = await verifyAudit(db.read);
      expect(verdict.broken).toBeNull();
      expect(verdict.heads).not.toEqual(kept);
    });

    test("when two changed places", async () => {
      const db = await open();
      await filled(db, 6);
      const { auditEntries } = auditTables(db.read.columns);
      await db.transact(async (tx) => {
        await tx.update(auditEntries).set({ sequence: 99 }).where(at(db, 2));
        await tx.update(auditEntries).set({ sequence: 2 }).where(at(db, 3));
        await tx.update(auditEntries).set({ sequence: 3 }).where(at(db, 99));
      });
      expect((await verifyAudit(db.read)).broken).toEqual({ tenant: alpha, sequence: 2, fault: "altered" });
    });

    test.each([3, 6])("when number %i was written anew with a hash of its own", async (sequence) => {
      const db = await open();
      await filled(db, 6);
      const { entryHash } = await import("../../server/audit/entry.ts");
      const { auditEntries } = auditTables(db.read.columns);
      await db.transact(async (tx) => {
        const [row] = await tx.select().from(auditEntries).where(at(db, sequence));
        if (!row) throw new Error("no row");
        const forged = { ...row, action: "request.rejected" };
        await tx
          .update(auditEntries)
          .set({ action: forged.action, hash: entryHash(forged) })
          .where(at(db, sequence));
      });
      expect((await verifyAudit(db.read)).broken).toEqual({ tenant: alpha, sequence, fault: "replaced" });
    });

    test("when entries lie beyond the head, or the head is gone", async () => {
      const db = await open();
      await filled(db, 3);
      const { auditEntries, auditHeads } = auditTables(db.read.columns);
      const [last] = await db.read.select().from(auditEntries).where(at(db, 3));
      if (!last) throw new Error("no row");
      await db.transact((tx) => tx.insert(auditEntries).values({ ...last, id: "z", sequence: 4 }));
      expect((await verifyAudit(db.read)).broken).toEqual({
        tenant: alpha,
        sequence: 4,
        fault: "unwitnessed",
      });
      await db.transact((tx) => tx.delete(auditHeads));
      expect((await verifyAudit(db.read)).broken).toEqual({
        tenant: alpha,
        sequence: 1,
        fault: "unwitnessed",
      });
    });
  });

  test("the command says so in both languages, with its exit code", async () => {
    const place = await migratedPlace(engine);
    const db = await openPlace(place);
    await filled(db, 4);
    const whole = await verify(place, "C.UTF-8");
    expect(whole).toMatchObject({ code: 0, text: expect.stringContaining("4 entries in 1 chains") });
    expect(whole.text).toContain((await verifyAudit(db.read)).heads[0]?.hash);
    const { auditEntries } = auditTables(db.read.columns);
    await db.transact((tx) =>
      tx.update(auditEntries).set({ actorName: "x" }).where(eq(auditEntries.sequence, 2)),
    );
    const broken = await verify(place, "ja_JP.UTF-8");
    expect(broken).toMatchObject({ code: 1, text: expect.stringContaining(`チェーン ${alpha} の 2 番`) });
  });

  test("the trail gives one tenant's entries, newest first, in pages and by filter", async () => {
    const db = await open();
    await filled(db, 7);
    await db.transact((tx) => appendAudit(tx, [entry(8, { tenant: beta, action: "operator.removed" })]));
    const first = await auditTrail(db.read, alpha, { limit: 3 });
    expect(first.lines.map(({ sequence }) => sequence)).toEqual([7, 6, 5]);
    const second = await auditTrail(db.read, alpha, { limit: 3, before: first.older });
    const third = await auditTrail(db.read, alpha, { limit: 3, before: second.older });
    expect(second.lines.map(({ sequence }) => sequence)).toEqual([4, 3, 2]);
    expect(third).toMatchObject({ lines: [{ sequence: 1 }], older: null });
    const all = await auditTrail(db.read, null, { limit: 100 });
    expect(all.lines).toHaveLength(8);
    const removed = await auditTrail(db.read, null, { filters: { action: "operator.removed" } });
    expect(removed.lines.map(({ tenant }) => tenant)).toEqual([beta]);
    const filters = {
      subjectKind: "request",
      subjectId: "r2",
      from: start,
      until: start.add({ seconds: 3 }),
    };
    expect((await auditTrail(db.read, alpha, { filters })).lines).toHaveLength(1);
    expect((await auditTrail(db.read, beta, { filters })).lines).toHaveLength(0);
  });
});
