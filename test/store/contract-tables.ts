import type { Engine } from "../../server/db/index.ts";
import { defineTables } from "../../server/db/index.ts";
import type { Migration } from "../../server/db/migrations-folder.ts";

const COLOURS = ["red", "green"] as const;

/** A table with every word of the vocabulary, and one that refers to it. */
export const contractTables = defineTables((c) => {
  const things = c.table(
    "things",
    {
      id: c.id("id").primaryKey(),
      name: c.text("name").notNull(),
      shelf: c.text("shelf"),
      colour: c.choice("colour", COLOURS),
      at: c.instant("at"),
      day: c.day("day"),
      ready: c.flag("ready"),
      count: c.whole("count"),
      price: c.yen("price"),
      bytes: c.bytes("bytes"),
      extra: c.json<{ readonly tags: readonly string[] }>("extra"),
    },
    (t) => [c.unique("things_name").on(t.shelf, t.name), c.index("things_at").on(t.at)],
  );
  const parts = c.table("parts", {
    id: c.id("id").primaryKey(),
    thingId: c
      .id("thing_id")
      .notNull()
      .references(() => things.id),
  });
  return { things, parts };
});

const TYPES: Record<Engine, { whole: string; flag: string; bytes: string }> = {
  sqlite: { whole: "integer", flag: "integer", bytes: "blob" },
  postgres: { whole: "bigint", flag: "boolean", bytes: "bytea" },
};

/** The migration that makes them. */
export function contractMigration(engine: Engine): Migration {
  const type = TYPES[engine];
  return {
    tag: "0000_contract",
    sha256: "0".repeat(64),
    statements: [
      `CREATE TABLE things (id text PRIMARY KEY NOT NULL, name text NOT NULL, shelf text, colour text,
        at ${type.whole}, day text, ready ${type.flag}, count integer, price ${type.whole},
        bytes ${type.bytes}, extra text)`,
      "CREATE UNIQUE INDEX things_name ON things (shelf, name)",
      "CREATE INDEX things_at ON things (at)",
      "CREATE TABLE parts (id text PRIMARY KEY NOT NULL, thing_id text NOT NULL REFERENCES things (id))",
    ],
  };
}
