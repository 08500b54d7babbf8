import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { Problem } from "../kernel/problem.ts";

export const BUSY_LIMIT_MS = 30_000;
/** Pages in the log before a commit copies them back: some 60 MiB, so that bulk work is not interrupted often. */
const CHECKPOINT_PAGES = 16_000;
/** The default of 2 MiB holds no group of 256 with its indexes: part of it would be written twice. */
const CACHE_KIB = 32_768;

/** Opens (and makes, readable by its owner alone) the file for writing. */
export function openWriter(file: string): Sqlite.Database {
  closeSync(openSync(file, "a", 0o600));
  const writer = new Sqlite(file, { timeout: 0 });
  writer.pragma("journal_mode = WAL");
  // Compiled default in WAL is NORMAL, which loses the last commits when the power goes.
  writer.pragma("synchronous = FULL");
  writer.pragma("foreign_keys = ON");
  writer.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  writer.pragma(`cache_size = -${CACHE_KIB}`);
  return writer;
}

/** BEGIN IMMEDIATE, tried again without blocking while another process writes. Problem: database-busy. */
export async function begin(writer: Sqlite.Database, limitMs: number = BUSY_LIMIT_MS): Promise<void> {
  const limit = performance.now() + limitMs;
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    try {
      writer.exec("BEGIN IMMEDIATE");
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= limit) throw new Problem("database-busy");
    }
    await sleep(pause);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY");
}
