import type { Database, DatabasePlace, Engine } from "../../server/db/index.ts";
import { migratePostgres, migrateSqlite } from "../../server/db/migrate.ts";
import type { Migration } from "../../server/db/migrations-folder.ts";
import { emptyPlace, openEmptied } from "../support/databases.ts";
import { contractMigration } from "./contract-tables.ts";

export function migrate(place: DatabasePlace, known: readonly Migration[]): Promise<string[]> {
  return place.url === null ? migrateSqlite(place.file, known) : migratePostgres(place.url, known);
}

export async function contractPlace(engine: Engine): Promise<DatabasePlace> {
  const place = await emptyPlace(engine);
  await migrate(place, [contractMigration(engine)]);
  return place;
}

/** A database of the test's own with the contract's tables. */
export const openContract = (engine: Engine): Promise<Database> =>
  openEmptied(engine, "contract", () => contractPlace(engine));
