import Sqlite from "better-sqlite3";
import { DrizzleQueryError } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { insideTransaction, markTransaction } from "../kernel/transaction-marker.ts";
import { sqliteColumns } from "./columns.sqlite.ts";
import type { Database, Drizzle, Executor, FilledStatement, Preparable, Reader } from "./database.ts";
import { executorOf, type HandleParts, readerOf } from "./handles.ts";
import { Ledger } from "./ledger.ts";
import { type SqliteThread, sqliteThread } from "./sqlite-thread.ts";
import { BUSY_LIMIT_MS, begin, openWriter } from "./sqlite-writer.ts";

/** Pages in memory for reading, the most: a search looks at some ten thousand in no order. SQLite's 16 MiB hold half. */
const READING_KIB = 64 * 1024;

/**
 * SQLite: transactions one after the other, first come first served; reads on a connection of their own, so that they
 * never see an open transaction. Small transactions write on this thread, where a statement takes microseconds, those
 * in bulk on another with a connection of its own; the queue lets only one of the two write. A connection that found
 * the other writing would block its whole thread while it waits, hence no timeouts anywhere: a busy BEGIN (another
 * process) is tried again asynchronously.
 */
export function openSqlite(file: string, busyLimitMs: number = BUSY_LIMIT_MS): Database {
  const writer = openWriter(file);
  const reader = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 0 });
  reader.pragma(`cache_size = -${READING_KIB}`);
  const here: WritingConnection = {
    parts: partsOf(connection(writer)),
    begin: () => begin(writer, busyLimitMs),
    commit: async () => void writer.exec("COMMIT"),
    async rollback() {
      if (writer.inTransaction) writer.exec("ROLLBACK");
    },
  };
  const inThread = sqliteThread({ file, busyLimitMs });
  const reading = connection(reader);
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function runAlone<T>(work: (tx: Executor) => Promise<T>, on: WritingConnection): Promise<T> {
    const ledger = new Ledger();
    try {
      await on.begin();
      const result = await markTransaction(() => work(executorOf(on.parts, ledger)));
      ledger.close();
      await on.commit();
      return result;
    } catch (error) {
      ledger.abandon();
      await on.rollback();
      throw withoutParameters(error);
    }
  }

  return {
    engine: "sqlite",
    read: readerOf(partsOf(reading)),
    async transact(work, { bulk } = { bulk: false }) {
      if (insideTransaction()) throw new Error("transact was called inside a transaction");
      if (closed) throw new Error("the database is closed");
      const turn = queue.then(() => runAlone(work, bulk ? inThread : here));
      queue = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      closed = true;
      await queue;
      await inThread.close();
      // The writer goes last: only a writing connection can fold the log back into the file.
      if (reader.open) reader.close();
      if (writer.open) writer.close();
    },
  };
}

/** What only reads, over a connection that is already open. */
export const sqliteReader = (client: Sqlite.Database): Reader => readerOf(partsOf(connection(client)));

type WritingConnection = Omit<SqliteThread, "close">;

/** Drizzle's wrapper prints all parameters into its message, and so into the log. */
const withoutParameters = (error: unknown): unknown =>
  error instanceof DrizzleQueryError && error.cause ? error.cause : error;

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
