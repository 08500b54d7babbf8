import { getTableColumns, sql } from "drizzle-orm";
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
  const columns = Object.keys(getTableColumns(table));
  let at = 0;
  for (const size of SIZES) {
    for (; rows.length - at >= size; at += size) {
      const values: Record<string, unknown> = {};
      for (let row = 0; row < size; row += 1) {
        const given = rows[at + row] as Record<string, unknown>;
        for (const column of columns) values[`${column}${row}`] = given[column] ?? null;
      }
      await tx.prepared(`${key}.${size}`, (on) => insertOf(on, table, columns, size)).execute(values);
    }
  }
}

function insertOf(on: Drizzle, table: SQLiteTable, columns: readonly string[], size: number) {
  const rows = Array.from({ length: size }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column, sql.placeholder(`${column}${row}`)])),
  );
  return on.insert(table).values(rows).prepare();
}
