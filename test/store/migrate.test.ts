import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { openDatabase, openMigratedDatabase } from "../../server/db/index.ts";
import { type Migration, migrationsOf } from "../../server/db/migrations-folder.ts";
import { newId } from "../../server/kernel/ids.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { tablesOf } from "../../server/schema.ts";
import { ENGINES, emptyPlace, onBothEngines, openPlace, temporaryFolder } from "../support/databases.ts";
import { migrate } from "./contract-database.ts";
import { contractMigration, contractTables } from "./contract-tables.ts";

const second: Migration = {
  tag: "0001_more",
  sha256: "1".repeat(64),
  statements: ["CREATE TABLE more (id text PRIMARY KEY)", "CREATE INDEX more_id ON more (id)"],
};

describe.each(ENGINES)("migrations on %s", (engine) => {
  const first = contractMigration(engine);

  test("are applied once, in order, and later ones on top", async () => {
    const place = await emptyPlace(engine);
    expect(await migrate(place, [first])).toEqual([first.tag]);
    expect(await migrate(place, [first])).toEqual([]);
    expect(await migrate(place, [first, second])).toEqual([second.tag]);
  });

  test("of processes that start together are applied by one", async () => {
    const place = await emptyPlace(engine);
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(place, [first, second])));
    expect(applied.flat()).toEqual([first.tag, second.tag]);
  });

  test("are applied whole or not at all, and can be tried again", async () => {
    const place = await emptyPlace(engine);
    const broken = { ...second, statements: [...second.statements, "CREATE TABEL typo (id text)"] };
    await expect(migrate(place, [first, broken])).rejects.toThrow(/syntax/);
    expect(await migrate(place, [first, second])).toEqual([first.tag, second.tag]);
  });

  test("refuse a schema that is newer than the program", async () => {
    const place = await emptyPlace(engine);
    await migrate(place, [first, second]);
    const error: unknown = await migrate(place, [first]).catch((thrown: unknown) => thrown);
    expect(isProblem(error, "schema-newer") && error.params).toEqual({
      found: second.tag,
      known: first.tag,
    });
  });

  test("are asked about, and applied by nobody who only reads", async () => {
    const place = await emptyPlace(engine);
    const known = migrationsOf(engine);
    const opening = () => openMigratedDatabase(place).catch((thrown: unknown) => thrown);
    if (place.url === null) expect(isProblem(await opening(), "database-unreachable")).toBe(true);
    await migrate(place, []);
    const older = await opening();
    expect(isProblem(older, "schema-older") && older.params).toEqual({
      found: "–",
      known: known.at(-1)?.tag,
    });
    expect(await migrate(place, known)).toHaveLength(known.length);
    await (await openMigratedDatabase(place)).close();
    await migrate(place, [...known, second]);
    expect(isProblem(await opening(), "schema-newer")).toBe(true);
  });

  test("refuse to go on from one that was edited after it was applied", async () => {
    const place = await emptyPlace(engine);
    await migrate(place, [first]);
    await expect(migrate(place, [{ ...first, sha256: "f".repeat(64) }, second])).rejects.toThrow(/edited/);
  });

  test("leave the rows of what they rebuild alone", async () => {
    const place = await emptyPlace(engine);
    await migrate(place, [first]);
    const db = await openPlace(place);
    const { things, parts } = contractTables(db.read.columns);
    const id = newId();
    await db.transact(async (tx) => {
      await tx.insert(things).values({ id, name: "kept" });
      await tx.insert(parts).values({ id: newId(), thingId: id });
    });
    await db.close();
    const rebuild: Record<typeof engine, string[]> = {
      sqlite: [
        "CREATE TABLE rebuilt AS SELECT * FROM parts",
        "DROP TABLE parts",
        "CREATE TABLE parts (id text PRIMARY KEY NOT NULL, thing_id text NOT NULL REFERENCES things (id), note text)",
        "INSERT INTO parts (id, thing_id) SELECT id, thing_id FROM rebuilt",
        "DROP TABLE rebuilt",
      ],
      postgres: ["ALTER TABLE parts ADD COLUMN note text"],
    };
    await migrate(place, [first, { ...second, statements: rebuild[engine] }]);
    const again = await openPlace(place);
    expect(await again.read.select({ thingId: parts.thingId }).from(parts)).toEqual([{ thingId: id }]);
  });

  test("are read from the folder that drizzle-kit writes", async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, engine, "meta"), { recursive: true });
    const entries = [
      { idx: 1, tag: "0001_b" },
      { idx: 0, tag: "0000_a" },
    ];
    writeFileSync(path.join(folder, engine, "meta/_journal.json"), JSON.stringify({ entries }));
    writeFileSync(
      path.join(folder, engine, "0000_a.sql"),
      "CREATE TABLE a (id text);\n--> statement-breakpoint\nCREATE INDEX a_id ON a (id);",
    );
    writeFileSync(path.join(folder, engine, "0001_b.sql"), "CREATE TABLE b (id text);");
    const read = migrationsOf(engine, folder);
    expect(read.map(({ tag, statements }) => [tag, statements.length])).toEqual([
      ["0000_a", 2],
      ["0001_b", 1],
    ]);
    const db = await openDatabase(await emptyPlace(engine), folder);
    await db.close();
  });
});

test("every reference of a SQLite file is checked after a migration, and not at a start that needs none", async () => {
  const [place, first] = [await emptyPlace("sqlite"), contractMigration("sqlite")];
  await migrate(place, [first]);
  const file = new Sqlite(place.file);
  file.pragma("foreign_keys = OFF");
  file.prepare("INSERT INTO parts (id, thing_id) VALUES ('part', 'nothing')").run();
  file.close();
  expect(await migrate(place, [first])).toEqual([]);
  await expect(migrate(place, [first, second])).rejects.toThrow("rows of parts without what they refer to");
});

onBothEngines("the migrated database", (open) => {
  test("has every table and column of every feature", async () => {
    const db = await open();
    const tables = Object.values(tablesOf(db.read.columns));
    expect(tables.length).toBeGreaterThan(20);
    for (const table of tables) expect(await db.read.select().from(table)).toBeInstanceOf(Array);
  });
});
