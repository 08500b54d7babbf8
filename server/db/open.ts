import type { Database } from "./database.ts";
import { migratePostgres, migrateSqlite } from "./migrate.ts";
import { migrationsFolder, migrationsOf } from "./migrations-folder.ts";
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
