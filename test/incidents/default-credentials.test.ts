import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import { CAST } from "../../server/demo/cast.ts";
import { temporaryFolder } from "../support/databases.ts";
import { environmentIn, startServer, untilServing } from "../support/server-process.ts";
import { stagedDemo, strangerAt } from "../support/staged-demo.ts";

/**
 * Class 27, e-Tugra 2022 (bug 1801345): an administration tool stood in the world with its default password. Here no
 * default credential exists: a fresh installation has nobody who could sign in with a password, the demonstration
 * makes its own passwords, and codes, tokens and passwords lie in the database only as what cannot be turned back.
 */

const demo = stagedDemo();

test("class 27: a fresh installation knows no user, no password and no second factor", async () => {
  const folder = temporaryFolder();
  const environment = await environmentIn(folder);
  const server = startServer(environment);
  await untilServing(server);
  await server.stop();
  const file = new Sqlite(path.join(folder, "data/inkan.sqlite"), { readonly: true });
  const count = (table: string) => file.prepare(`select count(*) as n from ${table}`).get() as { n: number };
  for (const table of ["applicant_users", "operators", "subscribers", "second_factors", "sessions"])
    expect(count(table).n, table).toBe(0);
  // The one administrator has a certificate and nothing else.
  expect(file.prepare("select state from staff").all()).toEqual([{ state: "ACTIVE" }]);
  expect(count("client_certificates").n).toBe(1);
  file.close();

  // Another installation has other secrets.
  const secretsOf = (data: string) =>
    readdirSync(data)
      .filter((name) => name.startsWith("one-time-secrets"))
      .map((name) => readFileSync(path.join(data, name), "utf8"))
      .join();
  expect(secretsOf(path.join(folder, "data"))).not.toBe(secretsOf(demo().inkan.config.dataDir));
});

test("class 27: the demonstration's passwords are random, and nowhere in its source", () => {
  const passwords = Object.values(demo().access.subscribers).flatMap(({ logins, operators }) => [
    ...Object.values(logins).map(({ password }) => password),
    ...Object.values(operators).map(({ p12Password }) => p12Password),
  ]);
  expect(new Set(passwords).size).toBe(passwords.length);
  for (const password of passwords) expect(password.replaceAll("-", "").length).toBeGreaterThanOrEqual(16);
  expect(JSON.stringify(CAST)).not.toMatch(/password|secret|token/i);
});

test("class 27: no source file holds a credential", () => {
  const root = path.resolve(import.meta.dirname, "../..");
  const faults: string[] = [];
  for (const room of ["server", "bench", "views", "static", "docs", "certs"]) {
    for (const entry of readdirSync(path.join(root, room), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|js|eta|md|json)$/.test(entry.name) || /\.test\.ts$/.test(entry.name))
        continue;
      const text = readFileSync(path.join(entry.parentPath, entry.name), "utf8");
      if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----$/m.test(text)) faults.push(`${entry.name}: a private key`);
      if (
        /(?<!\w)(password|passphrase|secret)(?!\w*Email)\w*\s*[:=]\s*["'][^"'\s$]{6,}["']/i.test(
          text.replaceAll(LABELS, ""),
        )
      )
        faults.push(`${entry.name}: ${/.*(password|passphrase|secret)\w*\s*[:=]\s*["'].+/i.exec(text)?.[0]}`);
    }
  }
  expect(faults).toEqual([]);
});
/** Names of files, fields and words of the catalogues are no secrets. */
const LABELS = /"[^"\n]*[\u3040-\u9fff ][^"\n]*"|"[a-zA-Z]+(-[a-z]+)+"|"[a-z]+\/[a-z/-]+"|"[A-Z][a-z]+"/g;

test("class 27: what lets somebody in is stored so that reading the database lets nobody in", () => {
  const kept = (table: string, column: string) =>
    demo()
      .rows<{ value: string | null }>(`select "${column}" as value from "${table}"`)
      .flatMap(({ value }) => (value === null ? [] : [value]));
  const hashes = kept("applicant_users", "password_hash");
  expect(hashes.length).toBeGreaterThan(3);
  for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$/);
  const secrets = Object.values(demo().access.subscribers).flatMap(({ logins, operators }) => [
    ...Object.values(logins).map(({ password }) => password),
    ...Object.values(operators).flatMap(({ p12Password, totpSecret }) => [p12Password, totpSecret]),
  ]);
  const { dataDir } = demo().inkan.config;
  const bytes = readdirSync(dataDir)
    .filter((name) => name.startsWith("inkan.sqlite"))
    .map((name) => readFileSync(path.join(dataDir, name), "latin1"))
    .join("");
  for (const secret of secrets) expect(bytes.includes(secret)).toBe(false);
});

test("class 27: a session's cookie is not what the database keeps of it", async () => {
  const visitor = strangerAt(demo(), "applicant");
  await visitor.get("/login");
  const cookie = decodeURIComponent(visitor.cookies.get("__Host-inkan-applicant") ?? "");
  const id = cookie.slice(2, cookie.lastIndexOf("."));
  const stored = demo().rows<{ id: string; data: string }>("select id, data from sessions");
  expect(id.length).toBeGreaterThan(20);
  for (const row of stored) expect(`${row.id} ${row.data}`).not.toContain(id);
});

test.each([
  ["admin", "admin"],
  ["admin", "password"],
  ["hanako", "hanako"],
  ["hanako", "password1234"],
  ["administrator", ""],
])("%s cannot sign in with %s", async (loginId, password) => {
  const visitor = strangerAt(demo(), "applicant");
  await visitor.get("/login");
  expect((await visitor.post("/login", { loginId, password })).status).toBe(422);
});
