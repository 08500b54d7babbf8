import { asc, desc, eq, gt, max, sql, sum } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { newId } from "../../server/kernel/ids.ts";
import { ENGINES } from "../support/databases.ts";
import { openContract } from "./contract-database.ts";
import { contractTables } from "./contract-tables.ts";

const AT = Temporal.Instant.from("2026-11-21T12:34:56.789Z");
const full = () => ({
  id: newId(),
  name: "印鑑",
  shelf: "上",
  colour: "green" as const,
  at: AT,
  day: Temporal.PlainDate.from("2026-11-21"),
  ready: true,
  count: 2_147_483_647,
  // More than 32 bits hold.
  price: 987_654_321_012,
  bytes: new Uint8Array([0, 1, 254, 255]).subarray(1, 3),
  extra: { tags: ["a", "日本"] },
});
const nulls = { shelf: null, colour: null, at: null, day: null, ready: null, count: null, price: null };
const empty = () => ({ id: newId(), name: "nothing", ...nulls, bytes: null, extra: null });

const comparable = (row: object) =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      value instanceof Uint8Array
        ? Buffer.from(value).toString("hex")
        : value instanceof Temporal.Instant || value instanceof Temporal.PlainDate
          ? value.toString()
          : value,
    ]),
  );

describe.each(ENGINES)("columns on %s", (engine) => {
  test.each(["builder", "prepared"])("every kind of value comes back as it went, by %s", async (way) => {
    const db = await openContract(engine);
    const { things } = contractTables(db.read.columns);
    const rows = [full(), { ...full(), name: "off", ready: false }, empty()];
    await db.transact(async (tx) => {
      for (const row of rows) {
        if (way === "builder") await tx.insert(things).values(row);
        else {
          await tx
            .prepared("columns.insert", (on) => {
              const values = Object.keys(row).map((name) => [name, sql.placeholder(name)]);
              return on.insert(things).values(Object.fromEntries(values)).prepare();
            })
            .execute(row);
        }
      }
    });
    const read = await db.read.select().from(things).orderBy(asc(things.id));
    expect(read.map(comparable)).toEqual(rows.map(comparable));
    expect(read[0]?.bytes).toBeInstanceOf(Uint8Array);
  });

  test("instants and days compare and sort as such, aggregates keep their type", async () => {
    const db = await openContract(engine);
    const { things } = contractTables(db.read.columns);
    const later = AT.add({ hours: 1 });
    await db.transact(async (tx) => {
      await tx.insert(things).values([full(), { ...full(), name: "later", at: later }]);
    });
    const after = await db.read.select({ name: things.name }).from(things).where(gt(things.at, AT));
    expect(after).toEqual([{ name: "later" }]);
    const sorted = await db.read.select({ at: things.at }).from(things).orderBy(desc(things.at));
    expect(sorted[0]?.at?.equals(later)).toBe(true);
    const [found] = await db.read.select({ at: max(things.at), yen: sum(things.price) }).from(things);
    expect(found?.at?.equals(later)).toBe(true);
    expect(Number(found?.yen)).toBe(2 * 987_654_321_012);
  });

  test("a foreign key is enforced", async () => {
    const db = await openContract(engine);
    const { parts } = contractTables(db.read.columns);
    const orphan = db.transact(async (tx) => {
      await tx.insert(parts).values({ id: newId(), thingId: newId() });
    });
    await expect(orphan).rejects.toThrow(/foreign key/i);
  });

  test("a prepared statement is built once for each connection and sees its own transaction", async () => {
    const db = await openContract(engine);
    const { things } = contractTables(db.read.columns);
    let built = 0;
    for (let i = 0; i < 3; i += 1) {
      await db.transact(async (tx) => {
        for (const half of ["a", "b"]) {
          await tx
            .prepared("count.insert", (on) => {
              built += 1;
              return on
                .insert(things)
                .values({ id: sql.placeholder("id"), name: sql.placeholder("name") })
                .prepare();
            })
            .execute({ id: newId(), name: `${i}${half}` });
        }
      });
    }
    expect(built).toBe(1);
    const byName = (name: string) =>
      db.read
        .prepared("count.by-name", (on) =>
          on
            .select({ name: things.name })
            .from(things)
            .where(eq(things.name, sql.placeholder("name")))
            .prepare(),
        )
        .execute({ name });
    expect(await byName("2b")).toEqual([{ name: "2b" }]);
    expect(await byName("3b")).toEqual([]);
  });
});
