import { getTableName } from "drizzle-orm";
import type { AnyColumn } from "./vocabulary.ts";

/**
 * Whether `error` is the violation of a unique index or primary key; with columns, of the one over exactly these.
 * Both engines name the columns: SQLite in its message, PostgreSQL in the detail.
 *
 * It is asked around `transact` or before throwing on inside it: after a failed statement no transaction goes on.
 */
export function isUniqueViolation(error: unknown, ...columns: AnyColumn[]): boolean {
  const violated = violatedColumns(error);
  if (violated === null) return false;
  if (columns.length === 0) return true;
  const asked = columns.map((column) => `${getTableName(column.table)}.${column.name}`);
  return asked.length === violated.length && asked.every((column) => violated.includes(column));
}

/** `table.column` of every column of the violated index, or null when the error is another one. */
function violatedColumns(error: unknown): string[] | null {
  if (!(error instanceof Error)) return null;
  const { code, table, detail } = error as Error & { code?: unknown; table?: unknown; detail?: unknown };
  if (code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY") {
    return error.message.replace(/^UNIQUE constraint failed: /, "").split(", ");
  }
  if (code === "23505") {
    // "Key (issuer_id, serial)=(…) already exists.", whatever language the words around it are in.
    const listed = /\(([^()]*)\)=\(/.exec(String(detail))?.[1] ?? "";
    return listed.split(", ").map((column) => `${String(table)}.${column.replaceAll('"', "")}`);
  }
  return error.cause === undefined ? null : violatedColumns(error.cause);
}
