import { randomBytes } from "node:crypto";
import pg from "pg";

/** Creates a database with a name of its own, as a copy of `template` when one is given. Gives its name. */
export async function createDatabase(adminUrl: string, template?: string): Promise<string> {
  const name = `inkan_test_${randomBytes(8).toString("hex")}`;
  await once(adminUrl, `CREATE DATABASE ${name}${template ? ` TEMPLATE ${template}` : ""}`);
  return name;
}

export const dropDatabase = (adminUrl: string, name: string): Promise<void> =>
  once(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);

/** Empties every table but the memory of the migrations. */
export const emptyTables = (url: string): Promise<void> =>
  once(
    url,
    `DO $$ DECLARE tables text; BEGIN
       SELECT string_agg(quote_ident(tablename), ', ') INTO tables FROM pg_tables
         WHERE schemaname = 'public' AND tablename <> 'schema_migrations';
       IF tables IS NOT NULL THEN EXECUTE 'TRUNCATE ' || tables; END IF;
     END $$`,
  );

/** `adminUrl` with another database. */
export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function once(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
