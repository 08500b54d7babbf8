import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { Problem } from "../kernel/problem.ts";

/** The SQLite database within a data folder. */
export const databaseFile = (dataDir: string): string => path.join(dataDir, "inkan.sqlite");

export const LOCK_FILE = "inkan.lock";

export interface FolderLock {
  release(): void;
}

/**
 * Makes the data folder (0700) and takes it for this process, so that a second server does not run on it by accident.
 *
 * The lock is the operating system's lock on a file, held through SQLite, which knows how to take one everywhere: it
 * ends with the process however that ends, so that after `kill -9` there is nothing stale to judge.
 * Problem: data-folder-in-use.
 */
export function takeDataFolder(dataDir: string): FolderLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  const file = path.join(dataDir, LOCK_FILE);
  closeSync(openSync(file, "a", 0o600));
  const holder = new Sqlite(file, { timeout: 0 });
  try {
    holder.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    holder.close();
    if (error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY")) {
      throw new Problem("data-folder-in-use", { folder: dataDir });
    }
    throw error;
  }
  return {
    release: () => {
      if (holder.open) holder.close();
    },
  };
}
