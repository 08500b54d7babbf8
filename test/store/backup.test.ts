import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { count } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { makeBackup } from "../../server/cli/backup.ts";
import { filesBelow } from "../../server/cli/backup-manifest.ts";
import { restoreBackup } from "../../server/cli/restore.ts";
import { databaseFile, openDatabase } from "../../server/db/index.ts";
import { systemClock } from "../../server/kernel/clock.ts";
import { newId } from "../../server/kernel/ids.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { readSetting, writeSetting } from "../../server/settings/index.ts";
import { emptyPlace, migratedPlace, openPlace, temporaryFolder } from "../support/databases.ts";
import { migrate } from "./contract-database.ts";
import { contractMigration, contractTables } from "./contract-tables.ts";

/** An installation with a database, a key and a passphrase that somebody put among the keys. */
async function installation(folder: string = temporaryFolder()) {
  const places = {
    dataDir: path.join(folder, "data"),
    certsDir: path.join(folder, "certs"),
    passphraseFile: path.join(folder, "certs", "passphrase"),
    databaseUrl: null,
  };
  mkdirSync(places.dataDir);
  mkdirSync(path.join(places.certsDir, "customers"), { recursive: true });
  writeFileSync(path.join(places.certsDir, "README.md"), "keys");
  writeFileSync(path.join(places.certsDir, "customers", "root.pem"), "an encrypted key");
  writeFileSync(places.passphraseFile, "open sesame");
  const place = { url: null, file: databaseFile(places.dataDir) };
  const db = await openDatabase(place);
  await db.transact((tx) => writeSetting(tx, "issuerName", "印鑑認証局", systemClock.now()));
  return { folder, places, place, db };
}

const emptyTargets = (folder: string = temporaryFolder()) => ({
  dataDir: path.join(folder, "data"),
  certsDir: path.join(folder, "certs"),
  databaseUrl: null,
});

/** What the work threw, or null. */
const problemOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (thrown: unknown) => thrown,
  );

describe("backup and restore on sqlite", () => {
  test("what is backed up comes back: settings and keys, never the passphrase", async () => {
    const { folder, places, db } = await installation();
    const target = path.join(folder, "backup");
    await makeBackup(places, target, systemClock);
    await db.close();
    expect(filesBelow(target)).toEqual([
      "certs/README.md",
      "certs/customers/root.pem",
      "database",
      "manifest.json",
    ]);
    for (const name of filesBelow(target)) {
      expect(statSync(path.join(target, name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(path.join(target, name)).includes("open sesame")).toBe(false);
    }
    expect(statSync(target).mode & 0o777).toBe(0o700);

    const targets = emptyTargets();
    mkdirSync(targets.certsDir);
    writeFileSync(path.join(targets.certsDir, "README.md"), "of the checkout");
    await restoreBackup(targets, target);
    expect(filesBelow(targets.certsDir)).toEqual(["README.md", "customers/root.pem"]);
    expect(statSync(path.join(targets.certsDir, "customers/root.pem")).mode & 0o777).toBe(0o600);
    expect(statSync(databaseFile(targets.dataDir)).mode & 0o777).toBe(0o600);
    const restored = await openDatabase({ url: null, file: databaseFile(targets.dataDir) });
    expect(await readSetting(restored.read, "issuerName")).toBe("印鑑認証局");
    await restored.close();
  });

  test("a backup made while the server writes is one moment of it, whole", async () => {
    const folder = temporaryFolder();
    const { places, place, db } = await installation(folder);
    await db.close();
    rmSync(place.file);
    await migrate(place, [contractMigration("sqlite")]);
    const writing = await openPlace(place);
    const { things, parts } = contractTables(writing.read.columns);
    let stop = false;
    const busy = (async () => {
      for (let i = 0; !stop; i += 1) {
        await writing.transact(async (tx) => {
          const id = newId();
          await tx.insert(things).values({ id, name: `thing ${i}` });
          await new Promise((resolve) => setImmediate(resolve));
          await tx.insert(parts).values({ id: newId(), thingId: id });
        });
      }
    })();
    const written = async () => (await writing.read.select({ n: count() }).from(parts))[0]?.n ?? 0;
    while ((await written()) < 50) await new Promise((resolve) => setTimeout(resolve, 5));
    // The command itself, in its own process, as an operator would run it.
    const target = path.join(folder, "backup");
    const command = spawn(process.execPath, [path.resolve("server/cli/backup.ts"), target], {
      env: {
        ...process.env,
        INKAN_DATA_DIR: places.dataDir,
        INKAN_CERTS_DIR: places.certsDir,
        INKAN_PASSPHRASE_FILE: places.passphraseFile,
        DATABASE_URL: "",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [code] = await once(command, "exit");
    const atTheEnd = await written();
    stop = true;
    await busy;
    expect(code).toBe(0);
    const targets = emptyTargets();
    await restoreBackup(targets, target);
    const restored = await openPlace({ url: null, file: databaseFile(targets.dataDir) });
    const [thingCount] = await restored.read.select({ n: count() }).from(things);
    const [partCount] = await restored.read.select({ n: count() }).from(parts);
    expect(thingCount?.n).toBe(partCount?.n);
    expect(partCount?.n).toBeGreaterThanOrEqual(50);
    expect(partCount?.n).toBeLessThanOrEqual(atTheEnd);
  });

  const damages: Record<string, (target: string) => void> = {
    changed: (target) => appendFileSync(path.join(target, "database"), "x"),
    missing: (target) => rmSync(path.join(target, "certs/customers/root.pem")),
    added: (target) => writeFileSync(path.join(target, "certs/other.pem"), "x"),
    "manifest.json missing": (target) => rmSync(path.join(target, "manifest.json")),
    "manifest.json unreadable": (target) => writeFileSync(path.join(target, "manifest.json"), "{"),
  };
  test.each(Object.keys(damages))(
    "a backup with something %s is refused and nothing restored",
    async (what) => {
      const { folder, places, db } = await installation();
      const target = path.join(folder, "backup");
      await makeBackup(places, target, systemClock);
      await db.close();
      damages[what]?.(target);
      const targets = emptyTargets();
      const error = await problemOf(restoreBackup(targets, target));
      expect(isProblem(error, "backup-invalid") && error.params.why).toContain(what);
      expect(() => statSync(targets.dataDir)).toThrow();
      expect(() => statSync(targets.certsDir)).toThrow();
    },
  );

  test("nothing is ever overwritten", async () => {
    const { folder, places, db } = await installation();
    const target = path.join(folder, "backup");
    await makeBackup(places, target, systemClock);
    expect(await problemOf(makeBackup(places, target, systemClock))).toMatchObject({
      code: "restore-not-empty",
    });
    expect(await problemOf(restoreBackup(places, target))).toMatchObject({ code: "restore-not-empty" });
    const dataOnly = { ...places, certsDir: path.join(folder, "new-certs") };
    expect(await problemOf(restoreBackup(dataOnly, target))).toMatchObject({ code: "restore-not-empty" });
    expect(filesBelow(dataOnly.certsDir)).toEqual([]);
    await db.close();
  });

  test("an installation without a database is nothing to back up, and leaves nothing behind", async () => {
    const { folder, places, place, db } = await installation();
    await db.close();
    rmSync(place.file);
    const target = path.join(folder, "backup");
    expect(await problemOf(makeBackup(places, target, systemClock))).toMatchObject({ code: "backup-failed" });
    expect(() => statSync(`${target}.partial`)).toThrow();
  });
});

describe("backup and restore on postgres", () => {
  async function onPostgres() {
    const { places, folder, db } = await installation();
    await db.close();
    const place = await migratedPlace("postgres");
    return { places: { ...places, databaseUrl: place.url }, place, folder };
  }

  test("without pg_dump it says so in a sentence, and leaves nothing behind", async () => {
    const { places, folder } = await onPostgres();
    const target = path.join(folder, "backup");
    const before = process.env["PATH"];
    process.env["PATH"] = "";
    try {
      const error = await problemOf(makeBackup(places, target, systemClock));
      expect(error).toMatchObject({ code: "backup-tool-missing", params: { tool: "pg_dump" } });
    } finally {
      process.env["PATH"] = before;
    }
    expect(() => statSync(target)).toThrow();
    expect(() => statSync(`${target}.partial`)).toThrow();
  });

  test("with pg_dump the database comes back, or what pg_dump objects to is said", async () => {
    const { places, place, folder } = await onPostgres();
    const db = await openPlace(place);
    await db.transact((tx) => writeSetting(tx, "issuerName", "印鑑認証局", systemClock.now()));
    const target = path.join(folder, "backup");
    const failed = await problemOf(makeBackup(places, target, systemClock));
    if (failed) {
      // Not installed, or older than this server: PostgreSQL's own rule.
      expect(isProblem(failed, "backup-tool-missing") || isProblem(failed, "backup-failed")).toBe(true);
      expect(String(JSON.stringify(failed))).not.toContain(new URL(place.url ?? "").password);
      return;
    }
    const occupied = { ...emptyTargets(), databaseUrl: place.url };
    expect(await problemOf(restoreBackup(occupied, target))).toMatchObject({ code: "restore-not-empty" });
    const empty = await emptyPlace("postgres");
    await restoreBackup({ ...emptyTargets(), databaseUrl: empty.url }, target);
    const restored = await openDatabase(empty);
    expect(await readSetting(restored.read, "issuerName")).toBe("印鑑認証局");
    await restored.close();
  });

  test("a backup of the other engine is refused", async () => {
    const { folder, places, db } = await installation();
    const target = path.join(folder, "backup");
    await makeBackup(places, target, systemClock);
    await db.close();
    const { place } = await onPostgres();
    const error = await problemOf(restoreBackup({ ...emptyTargets(), databaseUrl: place.url }, target));
    expect(error).toMatchObject({ code: "backup-invalid" });
  });
});
