import { spawn } from "node:child_process";
import Sqlite from "better-sqlite3";
import pg from "pg";
import { Problem } from "../kernel/problem.ts";
import { translated, whereIs } from "./postgres.ts";

/**
 * Writes a consistent copy of a SQLite database to the new file `to` while others go on writing it: VACUUM INTO reads
 * one snapshot and the copy needs no log. It blocks the thread: for a process of its own, never inside the server.
 */
export function dumpSqlite(file: string, to: string): void {
  const reader = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 30_000 });
  try {
    reader.prepare("VACUUM INTO ?").run(to);
  } finally {
    reader.close();
  }
}

/** Problem: backup-invalid, when `file` is not a sound SQLite database with every foreign key in order. */
export function checkSqliteDump(file: string): void {
  let found: string;
  try {
    const reader = new Sqlite(file, { readonly: true, fileMustExist: true });
    try {
      const broken = reader.pragma("foreign_key_check") as unknown[];
      found =
        broken.length > 0
          ? "foreign keys broken"
          : String(reader.pragma("integrity_check", { simple: true }));
    } finally {
      reader.close();
    }
  } catch (error) {
    found = String(error);
  }
  if (found !== "ok") throw new Problem("backup-invalid", { why: `database: ${found}` });
}

/** pg_dump into the new file `to`. Problems: backup-tool-missing, backup-failed with what pg_dump said. */
export async function dumpPostgres(url: string, to: string): Promise<void> {
  const said = await client(
    "pg_dump",
    ["--format=custom", "--no-owner", "--no-privileges", `--file=${to}`],
    url,
  );
  if (said !== null) throw new Problem("backup-failed", { why: said });
}

/** pg_restore of such a file, whole or not at all. Problems: backup-tool-missing, backup-invalid. */
export async function loadPostgres(url: string, from: string): Promise<void> {
  const options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"];
  const said = await client("pg_restore", [...options, `--dbname=${databaseOf(url)}`, from], url);
  if (said !== null) throw new Problem("backup-invalid", { why: said });
}

/** Whether the database has no table of anybody. Problem: database-unreachable. */
export async function isEmptyPostgres(url: string): Promise<boolean> {
  const connection = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  connection.on("error", () => undefined);
  try {
    await connection.connect();
    const tables = await connection.query(
      "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " +
        "WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname NOT IN ('pg_catalog', 'information_schema') " +
        "AND n.nspname NOT LIKE 'pg_toast%' LIMIT 1",
    );
    return tables.rowCount === 0;
  } catch (error) {
    throw translated(error, whereIs(url));
  } finally {
    await connection.end().catch(() => undefined);
  }
}

const databaseOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

/** The URL as libpq's variables: on the command line every user of the machine could read the password. */
function libpq(url: string): Record<string, string> {
  const { hostname, port, username, password, searchParams } = new URL(url);
  const given = {
    PGHOST: hostname.replace(/^\[|\]$/g, "") || (searchParams.get("host") ?? ""),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: databaseOf(url),
    PGSSLMODE: searchParams.get("sslmode") ?? "",
    PGSSLROOTCERT: searchParams.get("sslrootcert") ?? "",
    LC_ALL: "C",
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
}

/** Runs a PostgreSQL client program. Null when it succeeded, otherwise the last line it printed. */
function client(tool: string, options: readonly string[], url: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, options, {
      env: { ...process.env, ...libpq(url) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new Problem("backup-tool-missing", { tool }) : error),
    );
    child.once("close", (code) => {
      const lines = said.trim().split("\n");
      resolve(code === 0 ? null : (lines.at(-1) ?? tool) || `${tool} ended with ${code}`);
    });
  });
}
