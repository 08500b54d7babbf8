import { eq, sql } from "drizzle-orm";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../server/db/index.ts";
import { openPostgres, type Patience } from "../../server/db/postgres.ts";
import { newId } from "../../server/kernel/ids.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { contractPlace, openContract } from "./contract-database.ts";
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

describe("with little patience", () => {
  const milliseconds = (count: number) => Temporal.Duration.from({ milliseconds: count });
  const impatient = async (changes: Partial<Patience>) => {
    const { url } = await contractPlace("postgres");
    const db = await openPostgres(url ?? "", {
      statement: milliseconds(60_000),
      idleInTransaction: milliseconds(60_000),
      ...changes,
    });
    onTestFinished(() => db.close());
    return { db, things: contractTables(db.read.columns).things };
  };
  const one = sql`(select 1) as one`;

  test("a statement that takes too long is ended, and the next one answered", async () => {
    const { db } = await impatient({ statement: milliseconds(2_000) });
    const slow = db.read.select({ slept: sql`pg_sleep(200)` }).from(one);
    const refused: unknown = await Promise.resolve(slow).catch((error: unknown) => error);
    expect(isProblem(refused, "database-busy")).toBe(true);
    expect(await db.read.select({ here: sql<number>`1` }).from(one)).toEqual([{ here: 1 }]);
  });

  test("a statement that waits too long for a lock gives its whole transaction up", async () => {
    const { db, things } = await impatient({ statement: milliseconds(2_000) });
    const row = { id: newId(), name: "a", count: 0 };
    await db.transact((tx) => tx.insert(things).values(row));
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const first = db.transact(async (tx) => {
      await tx.update(things).set({ shelf: "first" }).where(eq(things.id, row.id));
      hold();
      await over;
    });
    await held;
    const second: unknown = await db
      .transact(async (tx) => {
        await tx.insert(things).values({ id: newId(), name: "b", count: 0 });
        await tx.update(things).set({ shelf: "second" }).where(eq(things.id, row.id));
      })
      .catch((error: unknown) => error);
    expect(isProblem(second, "database-busy")).toBe(true);
    end();
    await first;
    const shelves = await db.read.select({ name: things.name, shelf: things.shelf }).from(things);
    expect(shelves).toEqual([{ name: "a", shelf: "first" }]);
  });

  test("a transaction that says nothing for too long is rolled back, and its locks with it", async () => {
    const { db, things } = await impatient({ idleInTransaction: milliseconds(1_500) });
    const row = { id: newId(), name: "a", count: 0 };
    const hung: unknown = await db
      .transact(async (tx) => {
        await tx.insert(things).values(row);
        await new Promise((resolve) => setTimeout(resolve, 3_000));
      })
      .catch((error: unknown) => error);
    expect(isProblem(hung, "database-unreachable")).toBe(true);
    expect(await db.read.select().from(things)).toEqual([]);
    await db.transact((tx) => tx.insert(things).values(row));
  });
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
