import { setTimeout as sleep } from "node:timers/promises";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { NodePgDatabase, NodePgSession } from "drizzle-orm/node-postgres";
import { PgDialect, type PgPreparedQuery, type PreparedQueryConfig } from "drizzle-orm/pg-core";
import pg from "pg";
import { Problem } from "../kernel/problem.ts";
import { insideTransaction, markTransaction } from "../kernel/transaction-marker.ts";
import { postgresColumns } from "./columns.postgres.ts";
import type { Database, Drizzle, Executor, FilledStatement, Preparable } from "./database.ts";
import { executorOf, type HandleParts, readerOf } from "./handles.ts";
import { Ledger } from "./ledger.ts";

const CONNECTIONS = 8;
const ATTEMPTS = 10;
/** serialization_failure and deadlock_detected (PostgreSQL, appendix A): the transaction may simply run again. */
const RETRYABLE = new Set(["40001", "40P01"]);
/** query_canceled: what statement_timeout ends. */
const CANCELED = "57014";

/** How long PostgreSQL waits before it ends what hangs, so that one stuck process cannot hold its locks for ever. */
export interface Patience {
  /** One statement, waiting for locks included. */
  readonly statement: Temporal.Duration;
  /** A transaction that says nothing: its process hangs, or is gone behind a dead network. */
  readonly idleInTransaction: Temporal.Duration;
}

const PATIENCE: Patience = {
  statement: Temporal.Duration.from({ seconds: 60 }),
  idleInTransaction: Temporal.Duration.from({ seconds: 60 }),
};

/** SQLSTATE classes 08 (connection) and 57P (shutdown, starting up), 53300 (too many connections), 3D000, 28xxx. */
const UNREACHABLE = /^(08|57P|53300|3D000|28)/;
const NETWORK = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENOENT",
]);

/**
 * PostgreSQL at READ COMMITTED: conditional updates, version columns and unique indexes carry correctness, never
 * isolation alone. Reads have connections of their own, so that a read inside a transaction's work cannot wait for
 * a connection that only the transaction's end would free.
 * Problems: database-unreachable, at once when nobody answers; later database-busy, for a statement that took longer
 * than `patience` has.
 */
export async function openPostgres(url: string, patience: Patience = PATIENCE): Promise<Database> {
  const where = whereIs(url);
  const writers = pool(url, patience);
  const readers = pool(url, patience);
  const reading = connection(readers, where);
  const connections = new WeakMap<pg.PoolClient, Connection>();
  const running = new Set<Promise<unknown>>();
  let closed = false;

  async function attempt<T>(work: (tx: Executor) => Promise<T>): Promise<T> {
    const client = await connected(writers, where);
    client.on("error", heard);
    let on = connections.get(client);
    if (!on) {
      on = connection(client, where);
      connections.set(client, on);
    }
    const ledger = new Ledger();
    let broken = false;
    try {
      await client.query("BEGIN ISOLATION LEVEL READ COMMITTED");
      const tx = executorOf(partsOf(on), ledger);
      const result = await markTransaction(() => work(tx));
      ledger.close();
      const end = await client.query("COMMIT");
      // A transaction with a failed statement answers COMMIT with ROLLBACK, without an error.
      if (end.command !== "COMMIT") throw new Error("PostgreSQL rolled the transaction back at COMMIT");
      return result;
    } catch (error) {
      ledger.abandon();
      await client.query("ROLLBACK").catch(() => {
        broken = true;
      });
      throw translated(error, where);
    } finally {
      client.off("error", heard);
      client.release(broken);
    }
  }

  async function repeated<T>(work: (tx: Executor) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(work);
      } catch (error) {
        if (tried >= ATTEMPTS || !RETRYABLE.has(stateOf(error))) throw error;
        await sleep(Math.random() * 5 * 2 ** Math.min(tried, 6));
      }
    }
  }

  try {
    (await connected(readers, where)).release();
  } catch (error) {
    await Promise.all([writers.end(), readers.end()]);
    throw error;
  }
  return {
    engine: "postgres",
    read: readerOf(partsOf(reading)),
    async transact(work) {
      if (insideTransaction()) throw new Error("transact was called inside a transaction");
      if (closed) throw new Error("the database is closed");
      const turn = repeated(work);
      running.add(turn);
      try {
        return await turn;
      } finally {
        running.delete(turn);
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      await Promise.allSettled(running);
      await Promise.all([writers.end(), readers.end()]);
    },
  };
}

/**
 * The pool listens to a connection only while it is idle: one that the server ends within a transaction would end this
 * process with it. What was lost, the next statement tells.
 */
const heard = (): void => undefined;

/** Host, port and database of a URL; never the user or the password. */
export function whereIs(url: string): string {
  try {
    const { host, pathname, searchParams } = new URL(url);
    return `${host || searchParams.get("host") || "localhost"}${pathname}`;
  } catch {
    return "DATABASE_URL";
  }
}

function pool(url: string, { statement, idleInTransaction }: Patience): pg.Pool {
  const made = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: 10_000,
    application_name: "inkan",
    statement_timeout: statement.total("milliseconds"),
    idle_in_transaction_session_timeout: idleInTransaction.total("milliseconds"),
  });
  // An idle connection that the server drops is replaced at the next query; without a listener it ends the process.
  made.on("error", () => undefined);
  return made;
}

async function connected(from: pg.Pool, where: string): Promise<pg.PoolClient> {
  try {
    return await from.connect();
  } catch (error) {
    throw translated(error, where);
  }
}

const stateOf = (error: unknown): string => {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
};

/**
 * An error of the connection as a Problem, every other one as the driver's own: drizzle's wrapper prints all
 * parameters into its message, and so into the log.
 */
export function translated(error: unknown, where: string): unknown {
  const cause = error instanceof DrizzleQueryError && error.cause ? error.cause : error;
  const state = stateOf(cause);
  if (state === CANCELED) return new Problem("database-busy");
  const lost =
    cause instanceof Error &&
    /timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable/.test(
      cause.message,
    );
  return lost || NETWORK.has(state) || UNREACHABLE.test(state)
    ? new Problem("database-unreachable", { where })
    : cause;
}

interface Connection {
  readonly client: pg.Pool | pg.PoolClient;
  readonly where: string;
  readonly drizzle: Drizzle;
  readonly statements: Map<string, Preparable<unknown>>;
  readonly filled: Map<string, FilledStatement>;
  readonly session: NamingSession;
}

type Session = NodePgSession<Record<string, never>, Record<string, never>>;

/**
 * Drizzle's session with two things of ours: statements that are built while `naming` stands get that name, under
 * which PostgreSQL keeps their plan, and failures are translated.
 */
class NamingSession extends NodePgSession<Record<string, never>, Record<string, never>> {
  naming: string | undefined;
  readonly #where: string;

  constructor(client: pg.Pool | pg.PoolClient, dialect: PgDialect, where: string) {
    super(client, dialect, undefined);
    this.#where = where;
  }

  override prepareQuery<T extends PreparedQueryConfig = PreparedQueryConfig>(
    ...[query, fields, name, ...rest]: Parameters<Session["prepareQuery"]>
  ): PgPreparedQuery<T> {
    const prepared = super.prepareQuery<T>(query, fields, name ?? this.naming, ...rest);
    const execute = prepared.execute.bind(prepared);
    prepared.execute = async (values) => {
      try {
        return await execute(values);
      } catch (error) {
        throw translated(error, this.#where);
      }
    };
    return prepared;
  }
}

function connection(client: pg.Pool | pg.PoolClient, where: string): Connection {
  const dialect = new PgDialect();
  const session = new NamingSession(client, dialect, where);
  const drizzle = new NodePgDatabase(dialect, session, undefined) as unknown as Drizzle;
  return { client, where, drizzle, session, statements: new Map(), filled: new Map() };
}

function preparedOn<R>(on: Connection, key: string, build: (on: Drizzle) => Preparable<R>): Preparable<R> {
  const known = on.statements.get(key) as Preparable<R> | undefined;
  if (known) return known;
  on.session.naming = key;
  try {
    const prepared = build(on.drizzle);
    on.statements.set(key, prepared);
    return prepared;
  } finally {
    on.session.naming = undefined;
  }
}

function filledOn(on: Connection, key: string, build: (on: Drizzle) => Preparable<unknown>): FilledStatement {
  const known = on.filled.get(key);
  if (known) return known;
  const { sql: text } = build(on.drizzle).getQuery();
  const filled = {
    execute: async (values: readonly unknown[]) => {
      try {
        await on.client.query({ name: key, text, values: [...values] });
      } catch (error) {
        throw translated(error, on.where);
      }
    },
  };
  on.filled.set(key, filled);
  return filled;
}

/** The parts of this engine's handles (handles.ts). */
const partsOf = (on: Connection): HandleParts => ({
  columns: postgresColumns,
  drizzle: on.drizzle,
  preparedOf: (key, build) => preparedOn(on, key, build),
  filledOf: (key, build) => filledOn(on, key, build),
});
