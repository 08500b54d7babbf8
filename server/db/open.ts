import { existsSync } from "node:fs";
import { Problem } from "../kernel/problem.ts";
import type { Database } from "./database.ts";
import { appliedToPostgres, appliedToSqlite, migratePostgres, migrateSqlite } from "./migrate.ts";
import {
  type AppliedMigration,
  type Migration,
  migrationsFolder,
  migrationsOf,
  pendingMigrations,
} from "./migrations-folder.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

/** Where the database is: PostgreSQL when there is a URL, the SQLite file otherwise. */
export interface DatabasePlace {
  readonly url: string | null;
  readonly file: string;
}

/**
 * Migrates the database under a lock and opens it. The SQLite file's folder must exist.
 * Problems: schema-newer, database-unreachable, database-busy.
 */
export async function openDatabase(
  place: DatabasePlace,
  migrations: string = migrationsFolder(),
): Promise<Database> {
  if (place.url !== null) {
    await migratePostgres(place.url, migrationsOf("postgres", migrations));
    return openPostgres(place.url);
  }
  await migrateSqlite(place.file, migrationsOf("sqlite", migrations));
  return openSqlite(place.file);
}

/**
 * Opens a database that is there and of this program's version, and changes nothing of it: for programs beside the
 * server. Problems: schema-newer, schema-older, database-unreachable (a SQLite file that is not there, too).
 */
export async function openMigratedDatabase(
  place: DatabasePlace,
  migrations: string = migrationsFolder(),
): Promise<Database> {
  if (place.url !== null) {
    refuseOtherVersion(migrationsOf("postgres", migrations), await appliedToPostgres(place.url));
    return openPostgres(place.url);
  }
  if (!existsSync(place.file)) throw new Problem("database-unreachable", { where: place.file });
  refuseOtherVersion(migrationsOf("sqlite", migrations), appliedToSqlite(place.file));
  return openSqlite(place.file);
}

function refuseOtherVersion(known: readonly Migration[], applied: readonly AppliedMigration[]): void {
  if (pendingMigrations(known, applied).length === 0) return;
  throw new Problem("schema-older", { found: applied.at(-1)?.tag ?? "–", known: known.at(-1)?.tag ?? "–" });
}
