import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { Problem } from "../kernel/problem.ts";
import { insideTransaction, markTransaction } from "../kernel/transaction-marker.ts";
import { sqliteColumns } from "./columns.sqlite.ts";
import type { Database, Drizzle, Executor, FilledStatement, Preparable, Reader } from "./database.ts";
import { executorOf, type HandleParts, readerOf } from "./handles.ts";
import { Ledger } from "./ledger.ts";

const BUSY_LIMIT_MS = 30_000;
/** Pages in the log before a commit copies them back: some 60 MiB, so that bulk work is not interrupted often. */
const CHECKPOINT_PAGES = 16_000;

/**
 * SQLite: one writing connection per process and transactions one after the other, first come first served; reads on
 * a connection of their own, so that they never see an open transaction. A second writing connection would block the
 * whole event loop while it waits, hence no timeouts anywhere: a busy BEGIN (another process) is tried again
 * asynchronously.
 */
export function openSqlite(file: string, busyLimitMs: number = BUSY_LIMIT_MS): Database {
  const writer = openWriter(file);
  const reader = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 0 });
  const writing = connection(writer);
  const reading = connection(reader);
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function runAlone<T>(work: (tx: Executor) => Promise<T>): Promise<T> {
    await begin(writer, busyLimitMs);
    const ledger = new Ledger();
    try {
      const result = await markTransaction(() => work(executorOf(partsOf(writing), ledger)));
      ledger.close();
      writer.exec("COMMIT");
      return result;
    } catch (error) {
      ledger.abandon();
      if (writer.inTransaction) writer.exec("ROLLBACK");
      throw error;
    }
  }

  return {
    engine: "sqlite",
    read: readerOf(partsOf(reading)),
    async transact(work) {
      if (insideTransaction()) throw new Error("transact was called inside a transaction");
      if (closed) throw new Error("the database is closed");
      const turn = queue.then(() => runAlone(work));
      queue = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      closed = true;
      await queue;
      // The writer goes last: only a writing connection can fold the log back into the file.
      if (reader.open) reader.close();
      if (writer.open) writer.close();
    },
  };
}

/** What only reads, over a connection that is already open. */
export const sqliteReader = (client: Sqlite.Database): Reader => readerOf(partsOf(connection(client)));

/** Opens (and makes, readable by its owner alone) the file for writing. */
export function openWriter(file: string): Sqlite.Database {
  closeSync(openSync(file, "a", 0o600));
  const writer = new Sqlite(file, { timeout: 0 });
  writer.pragma("journal_mode = WAL");
  // Compiled default in WAL is NORMAL, which loses the last commits when the power goes.
  writer.pragma("synchronous = FULL");
  writer.pragma("foreign_keys = ON");
  writer.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
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

interface Connection {
  readonly client: Sqlite.Database;
  readonly drizzle: Drizzle;
  readonly statements: Map<string, Preparable<unknown>>;
  readonly filled: Map<string, FilledStatement>;
}

function connection(client: Sqlite.Database): Connection {
  const on = drizzle(client) as unknown as Drizzle;
  return { client, drizzle: on, statements: new Map(), filled: new Map() };
}

function preparedOn<R>(on: Connection, key: string, build: (on: Drizzle) => Preparable<R>): Preparable<R> {
  const known = on.statements.get(key) as Preparable<R> | undefined;
  if (known) return known;
  const prepared = build(on.drizzle);
  on.statements.set(key, prepared);
  return prepared;
}

function filledOn(on: Connection, key: string, build: (on: Drizzle) => Preparable<unknown>): FilledStatement {
  const known = on.filled.get(key);
  if (known) return known;
  const statement = on.client.prepare(build(on.drizzle).getQuery().sql);
  const filled = { execute: async (values: readonly unknown[]) => void statement.run(values) };
  on.filled.set(key, filled);
  return filled;
}

/** The parts of this engine's handles (handles.ts). */
const partsOf = (on: Connection): HandleParts => ({
  columns: sqliteColumns,
  drizzle: on.drizzle,
  preparedOf: (key, build) => preparedOn(on, key, build),
  filledOf: (key, build) => filledOn(on, key, build),
});
