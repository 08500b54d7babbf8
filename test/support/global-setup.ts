import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { migratePostgres, migrateSqlite } from "../../server/db/migrate.ts";
import { migrationsOf } from "../../server/db/migrations-folder.ts";
import { createDatabase, databaseUrl, dropDatabase } from "./postgres-databases.ts";
import { startPostgres } from "./postgres-server.ts";

/** What every test file may ask of the run: `inject("postgresUrl")`. */
declare module "vitest" {
  interface ProvidedContext {
    /** A URL whose user may create databases. */
    postgresUrl: string;
    /** A migrated, empty PostgreSQL database to copy. */
    postgresTemplate: string;
    /** A migrated, empty SQLite file to copy. */
    sqliteTemplate: string;
  }
}

/** Once a run: one PostgreSQL (or the one of TEST_DATABASE_URL) and one migrated template database per engine. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["TEST_DATABASE_URL"];
  const server = given ? { url: given, stop: async () => undefined } : await startPostgres();
  const folder = mkdtempSync(path.join(tmpdir(), "inkan-templates-"));
  const stop = async () => {
    if (given && template) await dropDatabase(given, template);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  let template = "";
  try {
    template = await createDatabase(server.url);
    await migratePostgres(databaseUrl(server.url, template), migrationsOf("postgres"));
    const file = path.join(folder, "template.sqlite");
    await migrateSqlite(file, migrationsOf("sqlite"));
    project.provide("postgresUrl", server.url);
    project.provide("postgresTemplate", template);
    project.provide("sqliteTemplate", file);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
