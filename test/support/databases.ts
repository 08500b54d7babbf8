import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, inject, onTestFinished } from "vitest";
import type { Database, DatabasePlace, Engine } from "../../server/db/index.ts";
import { openPostgres } from "../../server/db/postgres.ts";
import { openSqlite } from "../../server/db/sqlite.ts";
import { createDatabase, databaseUrl, dropDatabase, emptyTables } from "./postgres-databases.ts";

export const ENGINES = ["sqlite", "postgres"] as const satisfies readonly Engine[];

/**
 * Declares the same tests for both engines. `open` gives a migrated, empty database of the test's own, which is
 * closed when the test is over; outside a test (in `beforeAll`), when the file is.
 */
export function onBothEngines(
  name: string,
  tests: (open: () => Promise<Database>, engine: Engine) => void,
): void {
  describe.each(ENGINES)(`${name} on %s`, (engine) => {
    tests(() => openEmptied(engine, "migrated", () => migratedPlace(engine)), engine);
  });
}

/**
 * Opens a database of the given `kind`, empty and the test's own. PostgreSQL takes long to make one, so the next test
 * of the same file gets it emptied.
 */
export async function openEmptied(
  engine: Engine,
  kind: string,
  make: () => Promise<DatabasePlace>,
): Promise<Database> {
  if (engine === "sqlite") return openPlace(await make());
  const idle = idlePlaces.get(kind) ?? [];
  idlePlaces.set(kind, idle);
  const place = idle.pop() ?? (await forTheFile(make));
  afterwards(async () => {
    await emptyTables(place.url ?? "");
    idle.push(place);
  });
  return openPlace(place);
}

const idlePlaces = new Map<string, DatabasePlace[]>();

/** Where a migrated, empty database lies: for tests that start processes on it. */
export const migratedPlace = (engine: Engine): Promise<DatabasePlace> => newPlace(engine, true);

/** The same without any table. */
export const emptyPlace = (engine: Engine): Promise<DatabasePlace> => newPlace(engine, false);

/** Opens a place as it is, without migrating it; closed when the test is over. */
export async function openPlace(place: DatabasePlace): Promise<Database> {
  const db = place.url === null ? openSqlite(place.file) : await openPostgres(place.url);
  afterwards(() => db.close());
  return db;
}

async function newPlace(engine: Engine, migrated: boolean): Promise<DatabasePlace> {
  if (engine === "sqlite") {
    const folder = temporaryFolder();
    const file = path.join(folder, "inkan.sqlite");
    if (migrated) copyFileSync(inject("sqliteTemplate"), file);
    return { url: null, file };
  }
  const admin = inject("postgresUrl");
  const name = await createDatabase(admin, migrated ? inject("postgresTemplate") : undefined);
  afterwards(() => dropDatabase(admin, name));
  return { url: databaseUrl(admin, name), file: "" };
}

/** A folder (0700) that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "inkan-test-"));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const leftovers: (() => unknown)[] = [];
let keepForTheFile = false;
afterAll(async () => {
  for (const undo of leftovers.splice(0).reverse()) await undo();
});

/** Makes something that outlives the test which needed it first. */
async function forTheFile<T>(make: () => Promise<T>): Promise<T> {
  keepForTheFile = true;
  try {
    return await make();
  } finally {
    keepForTheFile = false;
  }
}

/** After the test, the last thing made first; for what was made outside a test, after the file. */
export function afterwards(undo: () => unknown): void {
  if (keepForTheFile) {
    leftovers.push(undo);
    return;
  }
  try {
    onTestFinished(async () => void (await undo()));
  } catch {
    leftovers.push(undo);
  }
}
