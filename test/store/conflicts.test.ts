import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { isUniqueViolation } from "../../server/db/index.ts";
import { newId } from "../../server/kernel/ids.ts";
import { ENGINES } from "../support/databases.ts";
import { openContract } from "./contract-database.ts";
import { contractTables } from "./contract-tables.ts";

describe.each(ENGINES)("conflicts on %s", (engine) => {
  async function violating(row: (first: { id: string }) => { id: string; name: string; shelf: string }) {
    const db = await openContract(engine);
    const { things } = contractTables(db.read.columns);
    const first = { id: newId(), name: "n", shelf: "s" };
    await db.transact(async (tx) => {
      await tx.insert(things).values(first);
    });
    const error: unknown = await db
      .transact(async (tx) => {
        await tx.insert(things).values(row(first));
      })
      .catch((thrown: unknown) => thrown);
    return { error, things };
  }

  test("a unique index is recognised by its columns, in any order", async () => {
    const { error, things } = await violating(() => ({ id: newId(), name: "n", shelf: "s" }));
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, things.shelf, things.name)).toBe(true);
    expect(isUniqueViolation(error, things.name, things.shelf)).toBe(true);
    expect(isUniqueViolation(error, things.name)).toBe(false);
    expect(isUniqueViolation(error, things.id)).toBe(false);
  });

  test("so is a primary key", async () => {
    const { error, things } = await violating((first) => ({ id: first.id, name: "other", shelf: "s" }));
    expect(isUniqueViolation(error, things.id)).toBe(true);
    expect(isUniqueViolation(error, things.shelf, things.name)).toBe(false);
  });

  test("the error says nothing about the values it was given", async () => {
    const { error } = await violating(() => ({ id: newId(), name: "n", shelf: "s" }));
    expect(String(error)).not.toContain("params");
  });

  test("neither does the error of a reading statement", async () => {
    const db = await openContract(engine);
    const { things } = contractTables(db.read.columns);
    const reading = db.read.select().from(things).where(sql`nowhere = ${"secret"}`);
    const error: unknown = await reading.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(String(error)).toContain("nowhere");
    expect(String(error)).not.toContain("secret");
  });

  test("other failures are none", async () => {
    const db = await openContract(engine);
    const { parts } = contractTables(db.read.columns);
    const error: unknown = await db
      .transact(async (tx) => {
        await tx.insert(parts).values({ id: newId(), thingId: newId() });
      })
      .catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error)).toBe(false);
    expect(isUniqueViolation(new Error("else"))).toBe(false);
    expect(isUniqueViolation(null)).toBe(false);
  });
});
