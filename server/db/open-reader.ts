import Sqlite from "better-sqlite3";
import type { Reader } from "./database.ts";
import type { DatabasePlace } from "./open.ts";
import { openPostgres } from "./postgres.ts";
import { sqliteReader } from "./sqlite.ts";

/** A connection that can only read, for a thread beside the server's: the writing one is the server's alone. */
export async function openReader({
  url,
  file,
}: DatabasePlace): Promise<{ readonly read: Reader; close(): Promise<void> }> {
  if (url !== null) {
    const db = await openPostgres(url);
    return { read: db.read, close: () => db.close() };
  }
  const reader = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 0 });
  return { read: sqliteReader(reader), close: async () => void reader.close() };
}
