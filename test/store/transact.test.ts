import { eq, exists, inArray, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { Database, Engine, Executor } from "../../server/db/index.ts";
import { newId } from "../../server/kernel/ids.ts";
import { insideTransaction } from "../../server/kernel/transaction-marker.ts";
import { ENGINES } from "../support/databases.ts";
import { openContract as openEmptyContract } from "./contract-database.ts";
import { contractTables } from "./contract-tables.ts";

const KINDS = [...ENGINES.map((engine) => [engine, "one by one"] as const), ["sqlite", "in bulk"]] as const;

describe.each(KINDS)("transact on %s, %s", (engine, size) => {
  const openContract = async (on: Engine): Promise<Database> => {
    const db = await openEmptyContract(on);
    return { ...db, transact: (work) => db.transact(work, { bulk: size === "in bulk" }) };
  };
  const names = async (db: Database) => {
    const { things } = contractTables(db.read.columns);
    const rows = await db.read.select({ name: things.name }).from(things).orderBy(things.name);
    return rows.map(({ name }) => name);
  };
  const add = async (tx: Executor, name: string) => {
    const { things } = contractTables(tx.columns);
    const id = newId();
    await tx.insert(things).values({ id, name, shelf: "a" });
    return id;
  };

  test("commits what the work wrote and gives its result", async () => {
    const db = await openContract(engine);
    expect(await db.transact((tx) => add(tx, "one"))).toMatch(/-7/);
    expect(await names(db)).toEqual(["one"]);
  });

  test("rolls everything back when the work throws, and goes on working", async () => {
    const db = await openContract(engine);
    const failing = db.transact(async (tx) => {
      await add(tx, "one");
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await names(db)).toEqual([]);
    await db.transact((tx) => add(tx, "two"));
    expect(await names(db)).toEqual(["two"]);
  });

  test("reads outside see only what is committed", async () => {
    const db = await openContract(engine);
    await db.transact(async (tx) => {
      await add(tx, "one");
      const { things } = contractTables(tx.columns);
      expect(await tx.select().from(things)).toHaveLength(1);
      expect(await names(db)).toEqual([]);
    });
    expect(await names(db)).toEqual(["one"]);
  });

  test("refuses a transaction inside a transaction", async () => {
    const db = await openContract(engine);
    await expect(db.transact(() => db.transact((tx) => add(tx, "one")))).rejects.toThrow(
      /inside a transaction/,
    );
    expect(await names(db)).toEqual([]);
  });

  test("marks the inside, and no longer what goes on after COMMIT", async () => {
    const db = await openContract(engine);
    const { promise: committed, resolve } = Promise.withResolvers<void>();
    let later: Promise<boolean> = Promise.resolve(true);
    expect(insideTransaction()).toBe(false);
    await db.transact(async (tx) => {
      expect(insideTransaction()).toBe(true);
      await add(tx, "one");
      later = committed.then(() => insideTransaction());
    });
    resolve();
    expect(await later).toBe(false);
  });

  const forgotten: Record<string, (tx: Executor, id: string) => unknown> = {
    "an insert": (tx, id) => tx.insert(contractTables(tx.columns).things).values({ id, name: "x" }),
    "a returning insert": (tx, id) =>
      tx.insert(contractTables(tx.columns).things).values({ id, name: "x" }).returning(),
    "half an insert": (tx) => tx.insert(contractTables(tx.columns).things),
    "an update": (tx) => tx.update(contractTables(tx.columns).things).set({ name: "x" }),
    "a delete": (tx) => tx.delete(contractTables(tx.columns).things),
    "a select": (tx) => tx.select().from(contractTables(tx.columns).things),
    "a prepared statement": (tx, id) =>
      tx
        .prepared("forgotten", (on) =>
          on
            .insert(contractTables(tx.columns).things)
            .values({ id: sql.placeholder("id"), name: "x" })
            .prepare(),
        )
        .execute({ id }),
    "a write that was only looked at": (tx, id) =>
      tx.insert(contractTables(tx.columns).things).values({ id, name: "x" }).toSQL(),
  };
  test.each(Object.keys(forgotten))("refuses to commit after %s that nobody awaited", async (what) => {
    const db = await openContract(engine);
    const work = db.transact(async (tx) => {
      await add(tx, "kept only if all is well");
      forgotten[what]?.(tx, newId());
    });
    await expect(work).rejects.toThrow(/never awaited/);
    expect(await names(db)).toEqual([]);
  });

  test("a select inside another statement is awaited with it", async () => {
    const db = await openContract(engine);
    await db.transact(async (tx) => {
      const { things, parts } = contractTables(tx.columns);
      const id = await add(tx, "one");
      await tx.insert(parts).values({ id: newId(), thingId: id });
      const sub = tx.select({ thingId: parts.thingId }).from(parts).as("sub");
      expect(await tx.select().from(things).innerJoin(sub, eq(things.id, sub.thingId))).toHaveLength(1);
      const ids = tx.select({ id: parts.thingId }).from(parts);
      await tx.update(things).set({ name: "two" }).where(inArray(things.id, ids));
      const any = tx.select().from(parts).where(eq(parts.thingId, things.id));
      await tx.update(things).set({ shelf: "b" }).where(exists(any));
    });
    expect(await names(db)).toEqual(["two"]);
  });

  test("refuses to commit over a failed statement, even a swallowed one", async () => {
    const db = await openContract(engine);
    await db.transact((tx) => add(tx, "one"));
    const swallowing = db.transact(async (tx) => {
      await add(tx, "two");
      await add(tx, "one").catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow(/swallowed/);
    const goingOn = db.transact(async (tx) => {
      await add(tx, "one").catch(() => undefined);
      await add(tx, "three");
    });
    await expect(goingOn).rejects.toThrow(/earlier statement failed/);
    expect(await names(db)).toEqual(["one"]);
  });

  test("refuses what is executed after the transaction is over", async () => {
    const db = await openContract(engine);
    let leaked: Executor | null = null;
    await db.transact(async (tx) => {
      leaked = tx;
    });
    await expect(add(leaked as unknown as Executor, "late")).rejects.toThrow(
      /after its transaction was over/,
    );
    expect(await names(db)).toEqual([]);
  });

  test("many at once all happen, each whole", async () => {
    const db = await openContract(engine);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        db.transact(async (tx) => {
          await add(tx, `${i} a`);
          await new Promise((resolve) => setImmediate(resolve));
          await add(tx, `${i} b`);
        }),
      ),
    );
    expect(await names(db)).toHaveLength(80);
  });

  test("a conditional update is won by one of many", async () => {
    const db = await openContract(engine);
    const id = await db.transact((tx) => add(tx, "prize"));
    const wins = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        db.transact(async (tx) => {
          const { things } = contractTables(tx.columns);
          const won = await tx
            .update(things)
            .set({ name: `taken by ${i}` })
            .where(sql`${things.id} = ${id} and ${things.name} = 'prize'`)
            .returning({ id: things.id });
          return won.length;
        }),
      ),
    );
    expect(wins.filter((count) => count === 1)).toHaveLength(1);
  });

  test("close waits for the transactions that run, and refuses new ones", async () => {
    const db = await openContract(engine);
    const running = db.transact(async (tx) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return add(tx, "one");
    });
    await db.close();
    await expect(running).resolves.toBeTypeOf("string");
    await expect(db.transact((tx) => add(tx, "two"))).rejects.toThrow(/closed/);
  });
});
