import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { sqliteColumns } from "../db/columns.sqlite.ts";
import type { Engine } from "../db/database.ts";
import { migrationsFolder } from "../db/migrations-folder.ts";
import { tablesOf } from "../schema.ts";

/**
 * `npm run migrations -- --name <what changes>` lets drizzle-kit write the next migration of both engines;
 * `--check` regenerates beside the real folders and fails unless drizzle-kit says that nothing changed.
 */

const root = path.join(import.meta.dirname, "../..");
const DIALECTS = { sqlite: "sqlite", postgres: "postgresql" } as const satisfies Record<Engine, string>;

/** The words of a regeneration that found the migrations complete. After a question that it cannot ask without a
 * terminal (was this column renamed?) drizzle-kit prints an error, writes nothing and still exits with 0. */
const UNCHANGED = "No schema changes";
const WRITTEN = /Your SQL migration/;

/** drizzle-kit reads tables from a module's exports: one for each table that `tablesOf` knows. */
function exportedTables(engine: Engine, folder: string): string {
  const file = path.join(folder, `schema.${engine}.ts`);
  const server = (name: string) => JSON.stringify(path.join(root, "server", name));
  writeFileSync(
    file,
    [
      `import { tablesOf } from ${server("schema.ts")};`,
      `import { ${engine}Columns } from ${server(`db/columns.${engine}.ts`)};`,
      `const tables = tablesOf(${engine}Columns);`,
      ...Object.keys(tablesOf(sqliteColumns)).map((table) => `export const ${table} = tables.${table};`),
    ].join("\n"),
  );
  return file;
}

/** Runs drizzle-kit for one engine into `out`. Gives everything it printed. */
function generate(engine: Engine, out: string, scratch: string, options: readonly string[]): string {
  const run = spawnSync(
    process.execPath,
    [
      path.join(root, "node_modules/drizzle-kit/bin.cjs"),
      "generate",
      `--dialect=${DIALECTS[engine]}`,
      `--schema=${exportedTables(engine, scratch)}`,
      // drizzle-kit puts "./" before the folder, an absolute one included.
      `--out=${path.relative(root, out)}`,
      ...options,
    ],
    {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    },
  );
  return `${run.stdout}${run.stderr}${run.error ?? ""}`;
}

/** What is wrong with the migrations in `folder`, in one paragraph per engine; empty when both are complete. */
export function checkMigrations(folder: string = migrationsFolder()): string[] {
  return inScratch((scratch) =>
    engines().flatMap((engine) => {
      const copy = path.join(scratch, engine);
      cpSync(path.join(folder, engine), copy, { recursive: true });
      const said = generate(engine, copy, scratch, ["--name=check"]);
      return said.includes(UNCHANGED)
        ? []
        : [`${engine}: the migrations are not what the tables say.\n${said}`];
    }),
  );
}

function writeMigrations(options: readonly string[]): string[] {
  return inScratch((scratch) =>
    engines().flatMap((engine) => {
      const said = generate(engine, path.join(migrationsFolder(), engine), scratch, options);
      process.stdout.write(said);
      const done = WRITTEN.test(said) || said.includes(UNCHANGED);
      return done ? [] : [`${engine}: drizzle-kit wrote no migration.`];
    }),
  );
}

const engines = () => Object.keys(DIALECTS) as Engine[];

function inScratch<T>(work: (scratch: string) => T): T {
  const scratch = mkdtempSync(path.join(tmpdir(), "inkan-migrations-"));
  try {
    return work(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const options = process.argv.slice(2);
  const wrong = options.includes("--check") ? checkMigrations() : writeMigrations(options);
  for (const sentence of wrong) process.stderr.write(`${sentence}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
