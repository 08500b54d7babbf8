import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { type Config, readConfig } from "../config.ts";
import { databaseFile } from "../db/data-folder.ts";
import { dumpPostgres, dumpSqlite } from "../db/dump.ts";
import { type Clock, systemClock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problem.ts";
import { CERTS, DATABASE, filesBelow, inventory, MANIFEST, type Manifest } from "./backup-manifest.ts";
import { runCommand } from "./command.ts";

type Sources = Pick<Config, "dataDir" | "certsDir" | "passphraseFile" | "databaseUrl">;

/**
 * Makes a backup in the new (or empty) folder `target`, also while the server runs: the database with everything in
 * it (the durable settings too), the keys folder, and a manifest with the SHA-256 of each file. Keys are encrypted
 * there as everywhere, and the file with their passphrase is left out even when somebody put it among them: whoever
 * steals a backup cannot sign. Folders get 0700 and files 0600.
 *
 * It is written beside `target` and renamed at the end, so that a folder with that name is a whole backup.
 * Problems: restore-not-empty (target), backup-failed, backup-tool-missing.
 */
export async function makeBackup(sources: Sources, target: string, clock: Clock): Promise<Manifest> {
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new Problem("restore-not-empty", { where: target });
  }
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    const engine = await copyDatabase(sources, path.join(partial, DATABASE));
    // After the database: a key's file exists before its row does, so that no row can lack its key here.
    copyKeys(sources, path.join(partial, CERTS));
    const files = await inventory(partial);
    const manifest: Manifest = { format: "inkan-backup-1", madeAt: clock.now().toString(), engine, files };
    writeFileSync(path.join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    for (const name of filesBelow(partial)) {
      chmodSync(path.join(partial, name), 0o600);
      flush(path.join(partial, name));
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
    return manifest;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function copyDatabase(sources: Sources, to: string): Promise<Manifest["engine"]> {
  if (sources.databaseUrl !== null) {
    await dumpPostgres(sources.databaseUrl, to);
    return "postgres";
  }
  const file = databaseFile(sources.dataDir);
  if (!existsSync(file)) throw new Problem("backup-failed", { why: `${file} missing` });
  // Made first, for its owner alone: VACUUM INTO fills an empty file.
  closeSync(openSync(to, "wx", 0o600));
  dumpSqlite(file, to);
  return "sqlite";
}

function copyKeys(sources: Sources, to: string): void {
  if (!existsSync(sources.certsDir))
    throw new Problem("backup-failed", { why: `${sources.certsDir} missing` });
  const passphrase = existsSync(sources.passphraseFile) ? realpathSync(sources.passphraseFile) : null;
  for (const name of filesBelow(sources.certsDir)) {
    const from = path.join(sources.certsDir, name);
    if (realpathSync(from) === passphrase) continue;
    mkdirSync(path.dirname(path.join(to, name)), { recursive: true, mode: 0o700 });
    copyFileSync(from, path.join(to, name));
  }
}

function flush(file: string): void {
  const descriptor = openSync(file, "r+");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

if (import.meta.main) {
  await runCommand(async (words, language) => {
    const now = systemClock.now().toString({ smallestUnit: "second" }).replaceAll(":", "");
    const target = path.resolve(words[0] ?? path.join("backups", `inkan-${now}`));
    const { files } = await makeBackup(readConfig(process.env), target, systemClock);
    return language === "ja"
      ? `バックアップを ${target} に作成しました（${files.length}ファイル）。鍵のパスフレーズは含まれていません。別の場所に保管してください。`
      : `The backup is in ${target} (${files.length} files). The keys' passphrase is not in it: keep that elsewhere.`;
  });
}
