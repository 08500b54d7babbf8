import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import type { Vocabulary } from "./vocabulary.ts";

/** Drizzle as prepared statements are built on it. Its type is SQLite's on both engines (columns.postgres.ts). */
export type Drizzle = Pick<
  // biome-ignore lint/complexity/noBannedTypes: drizzle's own "no relational schema"
  BaseSQLiteDatabase<"async", unknown, {}>,
  "select" | "selectDistinct" | "insert" | "update" | "delete"
>;

/** What a drizzle query's `.prepare()` gives. */
export interface Preparable<R> {
  execute(values?: Record<string, unknown>): PromiseLike<R>;
  getQuery(): { readonly sql: string; readonly params: readonly unknown[] };
}

/** A statement prepared once per connection. Like a builder it does nothing until it is awaited. */
export interface Statement<R> {
  execute(values?: Record<string, unknown>): Promise<R>;
}

/** A statement whose values come as the driver takes them, in the order of its placeholders; it gives nothing back. */
export interface FilledStatement {
  execute(values: readonly unknown[]): Promise<void>;
}

/** Sees what is committed. */
export interface Reader {
  readonly columns: Vocabulary;
  readonly select: Drizzle["select"];
  /**
   * A hot statement, built once per connection and then found again under its key, which is
   * `<feature>.<what it does>` and stands at one place in the source:
   * `on.prepared("requests.claim", (d) => d.update(r).set({…}).where(eq(r.id, sql.placeholder("id"))).returning({ id: r.id }).prepare()).execute({ id })`.
   */
  prepared<R>(key: string, build: (on: Drizzle) => Preparable<R>): Statement<R>;
}

/** Inside one transaction. */
export interface Executor extends Reader {
  readonly insert: Drizzle["insert"];
  readonly update: Drizzle["update"];
  readonly delete: Drizzle["delete"];
  /**
   * `prepared` without drizzle's filling of the placeholders, which costs more than the row for a statement of a
   * thousand values: for `insertRows`, which knows the columns.
   */
  filled(key: string, build: (on: Drizzle) => Preparable<unknown>): FilledStatement;
}

export type Engine = "sqlite" | "postgres";

export interface Database {
  readonly engine: Engine;
  readonly read: Reader;
  /**
   * Runs `work` in one transaction and commits when it resolves. On PostgreSQL it runs again after a serialization
   * failure or deadlock, therefore it must not touch anything but the executor; adapters refuse inside it
   * (kernel/transaction-marker.ts).
   *
   * Rolls back and throws when `work` throws, when a builder or statement it was handed was never awaited to its end
   * (an un-awaited insert would silently write nothing), when a failed statement was swallowed (PostgreSQL cannot go
   * on after one, so neither engine does) and when it is called inside another transaction.
   *
   * Problems: database-busy (SQLite: another process held the write lock for 30 s; PostgreSQL: a
   * statement took longer than 60 s), database-unreachable.
   *
   * `bulk`: for hundreds of rows at once. SQLite writes them, and waits for the disk, on a thread of its own, where a
   * single statement takes some fifty microseconds longer.
   */
  transact<T>(work: (tx: Executor) => Promise<T>, how?: { readonly bulk: boolean }): Promise<T>;
  /** Waits for running transactions and closes every connection. */
  close(): Promise<void>;
}
