import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/databases.ts";
import { environmentIn, startServer, untilServing } from "../support/server-process.ts";

/** `npm start`, as a real process on a real folder. */

let begun: string;
let first: { stdout: string; stderr: string; health: number; code: number | null };

beforeAll(async () => {
  begun = temporaryFolder();
  const environment = await environmentIn(begun);
  const server = startServer(environment);
  await untilServing(server);
  const health = await statusOf(`http://127.0.0.1:${environment["INKAN_STATUS_PORT"]}/health`);
  const code = await server.stop();
  first = { ...server.output, health, code };
});

function statusOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).on("error", reject);
  });
}

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);
const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

describe("the first start on an empty folder", () => {
  test("makes what is missing, says where everything is, and ends when told to", () => {
    expect([first.health, first.code]).toEqual([200, 0]);
    for (const word of ["公開サイト", "申請サイト", "オペレーターサイト", "審査デスク", "CRL", "/health"])
      expect(first.stdout).toContain(word);
    expect(first.stdout.match(/https?:\/\/\S+/g)?.length).toBeGreaterThanOrEqual(6);
    expect(first.stdout).toContain("first-administrator.p12");
  });

  test("leaves keys that only their owner can read, all of them encrypted", () => {
    for (const folder of ["data", "secrets", "certs/keys"])
      expect(modeOf(path.join(begun, folder))).toBe("700");
    const keys = below(path.join(begun, "certs/keys"));
    expect(keys.length).toBeGreaterThanOrEqual(5);
    for (const key of keys) {
      expect(modeOf(key), key).toBe("600");
      expect(readFileSync(key, "utf8"), key).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    }
    expect(modeOf(path.join(begun, "secrets/passphrase"))).toBe("600");
    expect(modeOf(path.join(begun, "data/first-administrator.p12"))).toBe("600");
    expect(modeOf(path.join(begun, "data/inkan.sqlite"))).toMatch(/^6[04]0$|^644$/);
  });

  test("without a terminal, puts its one-time secrets into a file, not into output or log", () => {
    const [file, ...more] = below(path.join(begun, "data")).filter((one) => one.includes("one-time-secrets"));
    expect(more).toEqual([]);
    expect(modeOf(file ?? "")).toBe("600");
    const secrets = readFileSync(file ?? "", "utf8").match(/[^\s:]{12,}$/gm) ?? [];
    expect(secrets.length).toBe(2);
    const passphrase = readFileSync(path.join(begun, "secrets/passphrase"), "utf8").trim();
    for (const secret of [...secrets, passphrase]) {
      expect(first.stdout).not.toContain(secret);
      expect(first.stderr).not.toContain(secret);
      const kept = readFileSync(path.join(begun, "data/inkan.sqlite"), "latin1");
      expect(kept.includes(secret)).toBe(false);
    }
    // The password opens the file it was made for.
    const [, password = ""] = /\.p12: (\S+)/.exec(readFileSync(file ?? "", "utf8")) ?? [];
    const opened = spawnSync(
      "openssl",
      ["pkcs12", "-in", path.join(begun, "data/first-administrator.p12"), "-nodes", "-passin", "env:P12"],
      { env: { PATH: process.env["PATH"], P12: password } },
    );
    expect(opened.status, opened.stderr.toString()).toBe(0);
  });

  test("and the second start finds everything, makes nothing and tells no secret", async () => {
    const { folder, environment } = await copied();
    const before = below(folder).length;
    const server = startServer(environment);
    await untilServing(server);
    expect(await server.stop()).toBe(0);
    expect(server.output.stdout).not.toContain("First start");
    const made = below(folder).filter((file) => !/-(wal|shm|journal)$/.test(file)).length;
    expect(made).toBe(before);
  });
});

/** The folder of the first start, again. */
async function copied(): Promise<{ folder: string; environment: Record<string, string> }> {
  const folder = path.join(temporaryFolder(), "again");
  cpSync(begun, folder, { recursive: true, preserveTimestamps: true });
  return { folder, environment: await environmentIn(folder) };
}

const keyOf = (folder: string, issuer: string): string =>
  below(path.join(folder, "certs/keys")).find((file) => path.basename(file).startsWith(issuer)) ?? "";

type Spoil = (folder: string, environment: Record<string, string>) => unknown;

const REFUSALS: readonly (readonly [what: string, spoil: Spoil, ja: RegExp, en: RegExp])[] = [
  [
    "an issuing key that others can read",
    (folder) => chmodSync(keyOf(folder, "customer-ov"), 0o644),
    /customer-ov.+0644.+chmod 600/,
    /customer-ov.+mode 0644.+chmod 600/,
  ],
  [
    "the root's key, which no start opens, that others can read",
    (folder) => chmodSync(keyOf(folder, "customer-root"), 0o640),
    /customer-root.+0640.+chmod 600/,
    /customer-root.+mode 0640.+chmod 600/,
  ],
  [
    "a passphrase file that others can read",
    (folder) => chmodSync(path.join(folder, "secrets/passphrase"), 0o644),
    /passphrase.+0644.*chmod 600/,
    /passphrase.+0644.*chmod 600/,
  ],
  [
    "another passphrase",
    (folder) => writeFileSync(path.join(folder, "secrets/passphrase"), `${"x".repeat(43)}\n`),
    /INKAN_PASSPHRASE_FILE/,
    /cannot be opened.*INKAN_PASSPHRASE_FILE/,
  ],
  [
    "a database that cannot be reached",
    (_folder, environment) => {
      environment["DATABASE_URL"] = "postgres://somebody:s3cret@127.0.0.1:1/inkan";
    },
    /データベース.+127\.0\.0\.1:1/,
    /database .+127\.0\.0\.1:1.+cannot be reached/,
  ],
  [
    "a database of a later version",
    (folder) => {
      const file = new Sqlite(path.join(folder, "data/inkan.sqlite"));
      file.exec(
        "INSERT INTO schema_migrations SELECT max(position) + 1, '9999_later', 'x', 0 FROM schema_migrations",
      );
      file.close();
    },
    /9999_later/,
    /9999_later.+newer than this program/,
  ],
  [
    "keys of another database",
    (folder) => {
      for (const file of readdirSync(path.join(folder, "data")).filter((one) =>
        one.startsWith("inkan.sqlite"),
      ))
        writeFileSync(path.join(folder, "data", file), "");
    },
    /INKAN_CERTS_DIR/,
    /does not know.+INKAN_CERTS_DIR/,
  ],
  [
    "a variable that makes no sense",
    (_folder, environment) => {
      environment["INKAN_DESK_PORT"] = "eighty";
    },
    /INKAN_DESK_PORT/,
    /INKAN_DESK_PORT is not right/,
  ],
];

describe("the server refuses to start, with one sentence in each language", () => {
  test.each(REFUSALS)("on %s", async (_what, spoil, ja, en) => {
    const { folder, environment } = await copied();
    await spoil(folder, environment);
    const server = startServer(environment);
    expect(await server.ended).toBe(1);
    expectOneSentence(server.output, ja, en);
    expect(server.output.stderr).not.toContain("s3cret");
  });

  test("in a data folder that another process uses, and on a port that is taken", async () => {
    const { environment } = await copied();
    const running = startServer(environment);
    await untilServing(running);
    const second = startServer({ ...environment, ...(await environmentIn("")), ...onlyFolders(environment) });
    expect(await second.ended).toBe(1);
    expectOneSentence(second.output, /データフォルダー?.+/, /data folder .+ is in use/);
    expect(await running.stop()).toBe(0);

    const taken = createServer();
    const port = Number(environment["INKAN_OPERATOR_PORT"]);
    await new Promise<void>((resolve) => taken.listen(port, "127.0.0.1", resolve));
    const third = startServer(environment);
    expect(await third.ended).toBe(1);
    taken.close();
    expectOneSentence(
      third.output,
      new RegExp(`127\\.0\\.0\\.1:${port} は別のプログラム`),
      new RegExp(`Another program is using 127\\.0\\.0\\.1:${port}`),
    );
  });

  test("on a Node that is too old, before anything else is read", async () => {
    const old = olderNode();
    if (old === null) return;
    const { environment } = await copied();
    const guard = path.resolve(import.meta.dirname, "../../server/start/require-node.js");
    const server = startServer(environment, [old, "--import", guard]);
    expect(await server.ended).toBe(1);
    expectOneSentence(server.output, /Inkan には Node 26 以降/, /Inkan needs Node 26 or newer, this is \d+/);
  });

  test("and every npm script that runs the server asks for the Node first", () => {
    const root = path.resolve(import.meta.dirname, "../..");
    const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const [name, script] of Object.entries(scripts))
      for (const call of script.split("&&").filter((part) => /\bnode\b/.test(part)))
        expect(call, name).toContain("node --import ./server/start/require-node.js ");
  });
});

const onlyFolders = (environment: Record<string, string>) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => /_(DIR|FILE)$/.test(name)));

/** Node 18.18 to 25 somewhere on the machine, to try with; npm's own is 26. */
function olderNode(): string | null {
  for (const command of ["/usr/bin/node", "/usr/local/bin/node"]) {
    if (!existsSync(command)) continue;
    const version = spawnSync(command, ["--version"]).stdout.toString();
    const major = Number(/^v(\d+)/.exec(version)?.[1]);
    if (major >= 20 && major < 26) return command;
  }
  return null;
}

function expectOneSentence(output: { stdout: string; stderr: string }, ja: RegExp, en: RegExp): void {
  const lines = output.stderr
    .trim()
    .split("\n")
    .filter((line) => !line.includes("Warning") && !line.includes("--trace-warnings"));
  expect(lines, output.stderr).toHaveLength(2);
  expect(lines[0]).toMatch(ja);
  expect(lines[0]).toMatch(/。/);
  expect(lines[1]).toMatch(en);
  expect(output.stderr).not.toMatch(/^\s+at /m);
  expect(output.stdout).not.toContain("/health");
}
