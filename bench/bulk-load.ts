import Sqlite from "better-sqlite3";
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import pg from "pg";

/** Rows by the million into a database that nobody else uses, past everything that makes a server's writes safe. */
export interface BulkLoad {
  insert<T extends SQLiteTable>(table: T, rows: readonly T["$inferInsert"][]): Promise<void>;
  /** Makes the indexes again that were dropped at the start, and what the engine would find out by itself in time. */
  end(): Promise<void>;
}

/** The columns of a table and a row's values as its driver takes them. */
function encoding(table: SQLiteTable) {
  const columns = Object.entries(getTableColumns(table));
  return {
    name: getTableName(table),
    columns: columns.map(([, column]) => ({ name: column.name, type: column.getSQLType() })),
    valuesOf: (row: Record<string, unknown>) =>
      columns.map(([key, column]) => {
        const value = row[key] ?? null;
        return value === null ? null : column.mapToDriverValue(value);
      }),
  };
}

export function bulkLoadSqlite(file: string): BulkLoad {
  const db = new Sqlite(file);
  db.pragma("foreign_keys = OFF");
  db.pragma("synchronous = OFF");
  db.pragma("cache_size = -500000");
  const indexes = db
    .prepare("select name, sql from sqlite_master where type = 'index' and sql is not null")
    .all() as { name: string; sql: string }[];
  for (const { name } of indexes) db.exec(`drop index "${name}"`);
  return {
    async insert(table, rows) {
      const { name, columns, valuesOf } = encoding(table);
      const statement = db.prepare(
        `insert into "${name}" (${columns.map((one) => `"${one.name}"`).join()}) values (${columns.map(() => "?").join()})`,
      );
      db.exec("begin");
      for (const row of rows) statement.run(valuesOf(row));
      db.exec("commit");
    },
    async end() {
      for (const { sql } of indexes) db.exec(sql);
      db.pragma("wal_checkpoint(TRUNCATE)");
      db.close();
    },
  };
}

const POSTGRES_ROWS = 4_000;

export async function bulkLoadPostgres(url: string): Promise<BulkLoad> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set session_replication_role = replica");
  await client.query("set synchronous_commit = off");
  await client.query("set maintenance_work_mem = '512MB'");
  // Those of constraints stay: primary keys and unique columns.
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select i.indexname as name, i.indexdef as definition from pg_indexes i where i.schemaname = 'public'
     and not exists (select 1 from pg_constraint c where c.conname = i.indexname)`,
  );
  for (const { name } of indexes) await client.query(`drop index "${name}"`);
  return {
    async insert(table, rows) {
      const { name, columns, valuesOf } = encoding(table);
      const list = columns.map((one) => `"${one.name}"`).join();
      const arrays = columns.map(({ type }, at) => `$${at + 1}::${type.replace(/ collate.*/i, "")}[]`).join();
      for (let at = 0; at < rows.length; at += POSTGRES_ROWS) {
        const values = rows.slice(at, at + POSTGRES_ROWS).map(valuesOf);
        await client.query(
          `insert into "${name}" (${list}) select * from unnest(${arrays})`,
          columns.map((_, column) => values.map((row) => row[column])),
        );
      }
    },
    async end() {
      for (const { definition } of indexes) await client.query(definition);
      // What autovacuum would have done over the years.
      await client.query("vacuum analyze");
      await client.end();
    },
  };
}
