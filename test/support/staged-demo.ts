import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { TOTP } from "otpauth";
import { pino } from "pino";
import { afterAll, beforeAll } from "vitest";
import { databaseFile } from "../../server/db/index.ts";
import type { CertificateAccess, LoginAccess } from "../../server/demo/build-cast.ts";
import { freePorts } from "../../server/demo/free-ports.ts";
import { type Demo, startDemo } from "../../server/demo/stage.ts";
import type { VisitorOptions } from "../../server/demo/visitor.ts";
import { temporaryFolder } from "./databases.ts";
import { demoTemplate } from "./demo-template.ts";
import { type Visitor, visitor } from "./visitor.ts";

/** A whole server with the demonstration's cast and story, on ports of its own, with strict templates. */
export interface StagedDemo extends Demo {
  /** Everything the server has logged so far. */
  logged(): string;
  /** The rows of one query, read beside the server. */
  rows<Row = Record<string, unknown>>(sql: string, ...values: unknown[]): Row[];
  /** A fingerprint of every table but those that only keep who was seen when. */
  digests(): Map<string, string>;
}

export const SITES = ["public", "applicant", "operator", "desk"] as const;
export type SiteName = (typeof SITES)[number];

/** Who was here, and how often somebody tried: what a visit may change without doing anything. */
const BOOKKEEPING = ["sessions", "throttles"];

/** Starts a demonstration for the whole file; `demo()` gives it. */
export function stagedDemo(): () => StagedDemo {
  let staged: StagedDemo | null = null;
  beforeAll(async () => {
    staged = await start();
  });
  afterAll(() => staged?.close());
  return () => {
    if (!staged) throw new Error("the demonstration is not on stage yet");
    return staged;
  };
}

async function start(): Promise<StagedDemo> {
  const folder = path.join(temporaryFolder(), "demo");
  cpSync(await demoTemplate(), folder, { recursive: true, preserveTimestamps: true });
  const lines: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });
  const environment = await freePorts();
  const demo = await startDemo({
    folder,
    environment,
    log,
    story: true,
    strictViews: true,
    tell: () => undefined,
  });
  const file = new Sqlite(databaseFile(demo.inkan.config.dataDir), { readonly: true });
  return {
    ...demo,
    logged: () => lines.join(""),
    rows: (sql, ...values) => file.prepare(sql).all(...values) as never,
    digests: remembering(file),
    close: async () => {
      file.close();
      await demo.close();
    },
  };
}

/** The fingerprints, made anew only where another connection has committed since (SQLite, PRAGMA data_version). */
function remembering(file: Sqlite.Database): () => Map<string, string> {
  let known: { readonly version: unknown; readonly digests: Map<string, string> } | null = null;
  return () => {
    const version = file.pragma("data_version", { simple: true });
    if (known !== null && known.version === version) return known.digests;
    known = { version, digests: digestsOf(file) };
    return known.digests;
  };
}

function digestsOf(file: Sqlite.Database): Map<string, string> {
  const tables = file
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name")
    .pluck()
    .all() as string[];
  return new Map(
    tables
      .filter((name) => !BOOKKEEPING.includes(name))
      .map((name) => {
        const hash = createHash("sha256");
        for (const row of file.prepare(`select * from "${name}"`).raw().iterate() as Iterable<unknown[]>)
          for (const cell of row) hash.update(Buffer.isBuffer(cell) ? cell : `${typeof cell}:${cell};`);
        return [name, hash.digest("hex")];
      }),
  );
}

/** The tables whose contents differ. */
export const changedTables = (before: Map<string, string>, after: Map<string, string>): string[] =>
  [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);

/** Waits until mails are delivered and nothing in the background changes a row any more. */
export async function untilQuiet(demo: StagedDemo): Promise<void> {
  for (let before = demo.digests(); ; ) {
    await wait(2_500);
    const after = demo.digests();
    if (changedTables(before, after).length === 0) return;
    before = after;
  }
}

/** Somebody at a site of the demonstration, without a certificate and not signed in. */
export function strangerAt(demo: StagedDemo, site: SiteName, options: Partial<VisitorOptions> = {}): Visitor {
  return visitor(demo.access.sites[site], demo.access.staffRoot, { keepAlive: true, ...options });
}

/** Signs in on the applicant site. */
export async function signedIn(demo: StagedDemo, login: LoginAccess): Promise<Visitor> {
  const person = strangerAt(demo, "applicant");
  await person.get("/login");
  const answer = await person.post("/login", { loginId: login.loginId, password: login.password });
  if (answer.status !== 303) throw new Error(`${login.loginId} was not let in: ${answer.status}`);
  await person.get("/");
  return person;
}

/** Enters a mutual-TLS site with a certificate; the site may refuse it. */
export async function withCertificate(
  demo: StagedDemo,
  site: "operator" | "desk",
  { pem }: CertificateAccess,
): Promise<Visitor> {
  const person = strangerAt(demo, site, { clientPem: readFileSync(pem, "utf8") });
  await person.get("/second-factor");
  return person;
}

/** The same, having just given the second factor. */
export async function withSecondFactor(
  demo: StagedDemo,
  site: "operator" | "desk",
  access: CertificateAccess,
): Promise<Visitor> {
  const person = await withCertificate(demo, site, access);
  await giveSecondFactor(person, access);
  return person;
}

/** Gives the second factor; a code is taken once, so not twice within half a minute. */
export async function giveSecondFactor(person: Visitor, access: CertificateAccess): Promise<void> {
  await person.get("/second-factor");
  const code = new TOTP({ secret: access.totpSecret, algorithm: "SHA1", digits: 6, period: 30 }).generate();
  const answer = await person.post("/second-factor", { code });
  if (answer.status !== 303) throw new Error(`the second factor of ${access.name} was refused`);
  // A new session, and with it a new token.
  await person.get("/second-factors");
}

/** A login or a certificate of the cast; throws where nobody has it. */
export function cast(demo: StagedDemo) {
  const found = <T>(thing: T | undefined, name: string): T => {
    if (thing === undefined) throw new Error(`nobody is called ${name}`);
    return thing;
  };
  const subscriber = (key: string) => found(demo.access.subscribers[key], key);
  return {
    subscriber,
    login: (of: string, name: string) => found(subscriber(of).logins[name], name),
    operator: (of: string, name: string) => found(subscriber(of).operators[name], name),
    staff: (name: string) => found(demo.access.staff[name], name),
  };
}
