import Sqlite from "better-sqlite3";
import pg from "pg";
import { type AppliedMigration, type Migration, pendingMigrations } from "./migrations-folder.ts";
import { translated, whereIs } from "./postgres.ts";
import { begin, openWriter } from "./sqlite-writer.ts";

const REMEMBER = `CREATE TABLE IF NOT EXISTS schema_migrations (
  position integer PRIMARY KEY, tag text NOT NULL UNIQUE, sha256 text NOT NULL, applied_at bigint NOT NULL)`;
const APPLIED = "SELECT tag, sha256 FROM schema_migrations ORDER BY position";

/** Names our advisory lock among whatever else uses the PostgreSQL database: "inkan" in ASCII. */
const ADVISORY_LOCK = 0x696e6b616e;

/**
 * Brings a SQLite file to `known`, in one transaction that holds the write lock from the first look: of two processes
 * that start together one applies and the other finds it done. Returns the tags applied now.
 * Problems: schema-newer, database-busy.
 */
export async function migrateSqlite(file: string, known: readonly Migration[]): Promise<string[]> {
  const writer = openWriter(file);
  try {
    // A rebuilt table is dropped and renamed, which must not cascade; inside a transaction the pragma does nothing.
    writer.pragma("foreign_keys = OFF");
    await begin(writer);
    try {
      writer.exec(REMEMBER);
      const applied = writer.prepare<[], AppliedMigration>(APPLIED).all();
      const pending = pendingMigrations(known, applied);
      const remember = writer.prepare("INSERT INTO schema_migrations VALUES (?, ?, ?, ?)");
      for (const [index, migration] of pending.entries()) {
        for (const statement of migration.statements) writer.exec(statement);
        remember.run(applied.length + index, migration.tag, migration.sha256, now());
      }
      // It reads every row that refers to another: minutes of a large database, and nothing changed where none was due.
      const [broken] =
        pending.length === 0 ? [] : (writer.pragma("foreign_key_check") as { table: string }[]);
      if (broken) throw new Error(`a migration left rows of ${broken.table} without what they refer to`);
      writer.exec("COMMIT");
      return pending.map(({ tag }) => tag);
    } catch (error) {
      if (writer.inTransaction) writer.exec("ROLLBACK");
      throw error;
    }
  } finally {
    writer.close();
  }
}

/** The same for PostgreSQL, under an advisory lock. Problems: schema-newer, database-unreachable. */
export async function migratePostgres(url: string, known: readonly Migration[]): Promise<string[]> {
  return await onPostgres(url, async (client) => {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
    await client.query(REMEMBER);
    const applied = (await client.query<AppliedMigration>(APPLIED)).rows;
    const pending = pendingMigrations(known, applied);
    for (const [index, migration] of pending.entries()) {
      for (const statement of migration.statements) await client.query(statement);
      await client.query("INSERT INTO schema_migrations VALUES ($1, $2, $3, $4)", [
        applied.length + index,
        migration.tag,
        migration.sha256,
        now(),
      ]);
    }
    await client.query("COMMIT");
    return pending.map(({ tag }) => tag);
  });
}

/** What a PostgreSQL database remembers, asked without changing it. Problem: database-unreachable. */
export async function appliedToPostgres(url: string): Promise<AppliedMigration[]> {
  return await onPostgres(url, async (client) => {
    const there = await client.query("SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL");
    return there.rows.length === 0 ? [] : (await client.query<AppliedMigration>(APPLIED)).rows;
  });
}

/** The same of a SQLite file, which must be there. */
export function appliedToSqlite(file: string): AppliedMigration[] {
  const reader = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    const there = reader.prepare("SELECT 1 FROM sqlite_master WHERE name = 'schema_migrations'").get();
    return there === undefined ? [] : reader.prepare<[], AppliedMigration>(APPLIED).all();
  } finally {
    reader.close();
  }
}

async function onPostgres<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // Without a listener a connection lost between two statements ends the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw translated(error, whereIs(url));
  } finally {
    // Ends the transaction too, if it is still open.
    await client.end().catch(() => undefined);
  }
}

const now = (): number => Temporal.Now.instant().epochMilliseconds;
