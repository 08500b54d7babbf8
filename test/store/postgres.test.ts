import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { openDatabase } from "../../server/db/index.ts";
import { newId } from "../../server/kernel/ids.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { openContract } from "./contract-database.ts";
import { contractTables } from "./contract-tables.ts";

test("a deadlock is resolved by running one of the transactions again", async () => {
  const db = await openContract("postgres");
  const { things } = contractTables(db.read.columns);
  const [a, b] = [newId(), newId()];
  await db.transact(async (tx) => {
    await tx.insert(things).values([
      { id: a, name: "a", count: 0 },
      { id: b, name: "b", count: 0 },
    ]);
  });
  let runs = 0;
  const { promise: bothHold, resolve } = Promise.withResolvers<void>();
  let holding = 0;
  const cross = (first: string, then: string) =>
    db.transact(async (tx) => {
      runs += 1;
      await tx.update(things).set({ shelf: first }).where(eq(things.id, first));
      holding += 1;
      if (holding >= 2) resolve();
      await bothHold;
      await tx.update(things).set({ shelf: first }).where(eq(things.id, then));
    });
  await Promise.all([cross(a, b), cross(b, a)]);
  expect(runs).toBe(3);
  const shelves = await db.read.select({ shelf: things.shelf }).from(things);
  expect(new Set(shelves.map(({ shelf }) => shelf)).size).toBe(1);
});

test("a connection that the server ends within a transaction fails that transaction alone", async () => {
  const db = await openContract("postgres");
  const { things } = contractTables(db.read.columns);
  const row = { id: newId(), name: "a", count: 0 };
  const lost: unknown = await db
    .transact(async (tx) => {
      await tx.insert(things).values(row);
      const own = await tx.select({ pid: sql<number>`pg_backend_pid()` }).from(things);
      await db.read.select({ ended: sql`pg_terminate_backend(${own[0]?.pid})` }).from(sql`(select 1) as one`);
      // The connection says that it is lost while no statement waits for it.
      await new Promise((resolve) => setTimeout(resolve, 200));
    })
    .catch((error: unknown) => error);
  expect(isProblem(lost, "database-unreachable")).toBe(true);
  expect(await db.read.select().from(things)).toEqual([]);
  await db.transact((tx) => tx.insert(things).values(row));
  expect(await db.read.select({ id: things.id }).from(things)).toEqual([{ id: row.id }]);
});

test.each([
  ["nobody listens", "postgres://inkan:geheim@127.0.0.1:1/inkan"],
  ["no such host", "postgres://inkan:geheim@host.invalid/inkan"],
])("when %s, the problem names the place and never the password", async (_case, url) => {
  const error: unknown = await openDatabase({ url, file: "" }).catch((thrown: unknown) => thrown);
  expect(isProblem(error, "database-unreachable")).toBe(true);
  const { where } = (error as { params: { where: string } }).params;
  expect(where).toMatch(/^(127\.0\.0\.1:1|host\.invalid)\/inkan$/);
  expect(JSON.stringify(error) + String(error)).not.toContain("geheim");
});
