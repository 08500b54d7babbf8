import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { type Config, readConfig } from "../config.ts";
import { databaseFile, LOCK_FILE, takeDataFolder } from "../db/data-folder.ts";
import { checkSqliteDump, isEmptyPostgres, loadPostgres } from "../db/dump.ts";
import { whereIs } from "../db/postgres.ts";
import { Problem } from "../kernel/problem.ts";
import { CERTS, DATABASE, type Manifest, verifiedManifest } from "./backup-manifest.ts";
import { runCommand } from "./command.ts";

type Targets = Pick<Config, "dataDir" | "certsDir" | "databaseUrl">;

/**
 * Restores a backup into empty places: the data folder or PostgreSQL database, and the keys folder (where the README
 * of a checkout may lie). Nothing is written before the whole backup has been held against its manifest; when
 * something fails on the way, what was put there is taken away again.
 * Problems: backup-invalid, restore-not-empty, data-folder-in-use, backup-tool-missing, database-unreachable.
 */
export async function restoreBackup(targets: Targets, folder: string): Promise<Manifest> {
  const manifest = await verifiedManifest(folder);
  const engine = targets.databaseUrl === null ? "sqlite" : "postgres";
  if (manifest.engine !== engine) {
    throw new Problem("backup-invalid", { why: `made on ${manifest.engine}, DATABASE_URL says ${engine}` });
  }
  refuseOverwriting(targets.certsDir, ["README.md"]);
  const put: string[] = [];
  try {
    restoreKeys(manifest, folder, targets.certsDir, put);
    const dump = path.join(folder, DATABASE);
    if (targets.databaseUrl === null) restoreSqlite(targets.dataDir, dump);
    else await restorePostgres(targets.databaseUrl, dump);
    return manifest;
  } catch (error) {
    for (const file of put) rmSync(file, { force: true });
    throw error;
  }
}

function refuseOverwriting(folder: string, except: readonly string[]): void {
  if (existsSync(folder) && readdirSync(folder).some((name) => !except.includes(name))) {
    throw new Problem("restore-not-empty", { where: folder });
  }
}

function restoreSqlite(dataDir: string, dump: string): void {
  refuseOverwriting(dataDir, [LOCK_FILE]);
  const lock = takeDataFolder(dataDir);
  const file = databaseFile(dataDir);
  const staged = `${file}.restoring`;
  try {
    copyPrivately(dump, staged);
    checkSqliteDump(staged);
    renameSync(staged, file);
  } finally {
    rmSync(staged, { force: true });
    lock.release();
  }
}

async function restorePostgres(url: string, dump: string): Promise<void> {
  if (!(await isEmptyPostgres(url))) throw new Problem("restore-not-empty", { where: whereIs(url) });
  await loadPostgres(url, dump);
}

function restoreKeys(manifest: Manifest, folder: string, certsDir: string, put: string[]): void {
  mkdirSync(certsDir, { recursive: true, mode: 0o700 });
  for (const { path: name } of manifest.files) {
    if (!name.startsWith(`${CERTS}/`)) continue;
    const to = path.join(certsDir, name.slice(CERTS.length + 1));
    if (path.basename(to) === "README.md" && existsSync(to)) continue;
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
    copyPrivately(path.join(folder, name), to);
    put.push(to);
  }
}

function copyPrivately(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o600);
}

if (import.meta.main) {
  await runCommand(async (words, language) => {
    const [folder] = words;
    if (folder === undefined) throw new Problem("backup-invalid", { why: "npm run restore -- <folder>" });
    const config = readConfig(process.env);
    const { madeAt } = await restoreBackup(config, path.resolve(folder));
    return language === "ja"
      ? `${madeAt} のバックアップを復元しました。鍵のパスフレーズを ${config.passphraseFile} に戻してから起動してください。`
      : `The backup of ${madeAt} is restored. Put the keys' passphrase back to ${config.passphraseFile} before starting.`;
  });
}
