import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { sqliteColumns } from "../db/columns.sqlite.ts";
import type { Engine } from "../db/database.ts";
import { migrationsFolder } from "../db/migrations-folder.ts";
import { tablesOf } from "../schema.ts";

/**
 * `npm run migrations -- --name <what changes>` lets drizzle-kit write the next migration of both engines;
 * `--check` regenerates beside the real folders and fails unless drizzle-kit says that nothing changed.
 */

const require = createRequire(import.meta.url);
const root = path.join(import.meta.dirname, "../..");
const DIALECTS = { sqlite: "sqlite", postgres: "postgresql" } as const satisfies Record<Engine, string>;

/** The words of a regeneration that found the migrations complete. After a question that it cannot ask without a
 * terminal (was this column renamed?) drizzle-kit prints an error, writes nothing and still exits with 0. */
const UNCHANGED = "No schema changes";

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

/** Runs drizzle-kit for one engine into `out`. Gives everything it printed, unless the terminal gets it. */
function generate(
  engine: Engine,
  out: string,
  scratch: string,
  options: readonly string[],
  stdio: "pipe" | "inherit" = "pipe",
): string {
  const run = spawnSync(
    process.execPath,
    [
      path.join(path.dirname(require.resolve("drizzle-kit")), "bin.cjs"),
      "generate",
      `--dialect=${DIALECTS[engine]}`,
      `--schema=${exportedTables(engine, scratch)}`,
      // drizzle-kit puts "./" before the folder, an absolute one included.
      `--out=${path.relative(root, out)}`,
      ...options,
    ],
    { cwd: root, encoding: "utf8", stdio: [stdio === "pipe" ? "ignore" : stdio, stdio, stdio] },
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

/** With the terminal, because drizzle-kit asks there whether a column was renamed or replaced. */
function writeMigrations(options: readonly string[]): void {
  inScratch((scratch) => {
    for (const engine of engines()) {
      generate(engine, path.join(migrationsFolder(), engine), scratch, options, "inherit");
    }
  });
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

if (import.meta.main) {
  const options = process.argv.slice(2);
  if (!options.includes("--check")) writeMigrations(options);
  // After writing as well: without a terminal drizzle-kit may have asked nobody and written nothing.
  const wrong = checkMigrations();
  for (const sentence of wrong) process.stderr.write(`${sentence}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
