import { setImmediate as turn } from "node:timers/promises";
import { type Column, getTableColumns, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Drizzle, Executor } from "./database.ts";

/** Rows a statement. Building an insert costs more than running it, so each size is prepared once per connection;
 * few sizes, since each is a statement that the server keeps. */
const SIZES = [64, 8, 1] as const;

/**
 * Inserts rows through prepared statements, for what is written once for every certificate. `key` names the table's
 * statements as in `prepared`. Every column is written: what a row leaves out becomes null, never a default.
 */
export async function insertRows<T extends SQLiteTable>(
  tx: Executor,
  key: string,
  table: T,
  rows: readonly T["$inferInsert"][],
): Promise<void> {
  const columns = Object.entries<Column>(getTableColumns(table));
  let writing: Promise<void> = Promise.resolve();
  let at = 0;
  for (const size of SIZES) {
    for (; rows.length - at >= size; at += size) {
      const values = valuesOf(columns, rows.slice(at, at + size));
      const statement = tx.filled(`${key}.${size}`, (on) => insertOf(on, table, columns, size));
      // One at a time: a statement that waits behind a failed one must not run after the rollback.
      await writing;
      writing = begun(statement.execute(values));
      // Whoever waits for a page has a turn in between.
      if (size === SIZES[0]) await turn();
    }
  }
  await writing;
}

/** Sends a statement off: the next rows are made ready while the database writes these. */
function begun(insert: Promise<void>): Promise<void> {
  // Whoever awaits it hears of a failure; until then it is no unhandled one.
  insert.catch(() => undefined);
  return insert;
}

/** The values of the rows one after another, as the driver takes them: drizzle keeps the order of the columns. */
function valuesOf(
  columns: readonly (readonly [string, Column])[],
  rows: readonly Record<string, unknown>[],
): unknown[] {
  const values: unknown[] = [];
  for (const row of rows) {
    for (const [name, column] of columns) {
      const value = row[name];
      values.push(value === undefined || value === null ? null : column.mapToDriverValue(value));
    }
  }
  return values;
}

function insertOf(
  on: Drizzle,
  table: SQLiteTable,
  columns: readonly (readonly [string, Column])[],
  size: number,
) {
  const rows = Array.from({ length: size }, (_, row) =>
    Object.fromEntries(columns.map(([name]) => [name, sql.placeholder(`${name}${row}`)])),
  );
  return on.insert(table).values(rows).prepare();
}
