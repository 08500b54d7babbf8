import type { AnySQLiteColumn } from "drizzle-orm/sqlite-core";
import type { sqliteColumns } from "./columns.sqlite.ts";

/** The words a feature's tables.ts is written in: table, id, text, choice, instant, day, flag, whole, yen, bytes, json, index, unique. */
export type Vocabulary = typeof sqliteColumns;

/** Annotates a column that refers to its own table: `references((): AnyColumn => things.id)`. */
export type AnyColumn = AnySQLiteColumn;

/**
 * A feature's tables as a function of the engine's vocabulary. The result is made once per vocabulary, so that every
 * caller, foreign keys included, holds the very same table objects.
 */
export function defineTables<T>(make: (columns: Vocabulary) => T): (columns: Vocabulary) => T {
  const made = new WeakMap<Vocabulary, { tables: T }>();
  return (columns) => {
    const known = made.get(columns);
    if (known) return known.tables;
    const tables = make(columns);
    made.set(columns, { tables });
    return tables;
  };
}
