import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { authorityTables, currentCrl, publishCrl } from "../server/authority/index.ts";
import { type Database, type Engine, openDatabase } from "../server/db/index.ts";
import { drain, type IssuanceDeps } from "../server/issuance/index.ts";
import type { StaffActor } from "../server/kernel/actor.ts";
import { systemClock } from "../server/kernel/clock.ts";
import { type Id, newId } from "../server/kernel/ids.ts";
import { parseCrl } from "../server/pki/index.ts";
import {
  deadlineOf,
  executeDueRevocations,
  GROUP,
  orderRevocations,
  type RevocationOrder,
} from "../server/revocation/index.ts";
import { aobaTrading } from "../test/support/aoba.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
} from "../test/support/issuing.ts";
import { startPostgres } from "../test/support/postgres-server.ts";

/**
 * How long it takes until many certificates are revoked and the CRL says so, each with its order, timeline, mail and
 * audit (safety.md 5: 10,000 within 15 minutes): `npm run bench:revocation -- --certificates 10000`. At once, as an
 * operator or the desk does it, and planned, as a mass revocation does: the notices first, then the day itself.
 * SQLite runs with synchronous=FULL and PostgreSQL with fsync, as in production.
 */
const { values: options } = parseArgs({
  options: {
    certificates: { type: "string", default: "10000" },
    engine: { type: "string", multiple: true, default: ["sqlite", "postgres"] },
    "no-file": { type: "boolean", default: false },
  },
});
const CERTIFICATES = Number(options.certificates);
const LIMIT_SECONDS = 15 * 60;

interface Spent {
  readonly seconds: number;
  /** Microseconds of the main thread's own processor time a certificate: steadier than wall clock when others run here. */
  readonly mainThread: number;
}

interface Figure {
  readonly engine: Engine;
  readonly atOnce: Spent;
  readonly planned: Spent;
  readonly executed: Spent;
  readonly crl: Spent;
  readonly crlBytes: number;
}

const STAFF: StaffActor = {
  kind: "staff",
  staffId: newId(),
  name: "審査 一郎",
  roles: ["VETTER"],
  fingerprint: "0".repeat(64),
};

async function timed(work: () => Promise<unknown>): Promise<Spent> {
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.threadCpuUsage(cpu);
  return { seconds, mainThread: (user + system) / CERTIFICATES };
}

async function measure(db: Database, folder: string): Promise<Figure> {
  const clock = clockAt(systemClock.now());
  const signers = await establishTestHierarchies(db, clock, folder, "RSA-2048");
  const deps = issuanceDeps(db, clock, signers);
  const cast = await aobaTrading(db, clock.now());
  await approvedRequests(db, cast, 2 * CERTIFICATES);
  await drain(deps);
  const ids = await issuedIds(db);
  const [first, second] = [ids.slice(0, CERTIFICATES), ids.slice(CERTIFICATES)];

  const now = clock.now();
  const atOnce = await timed(() => orderAll(deps, first, now, now));
  const executeAt = now.add({ hours: 100 });
  const planned = await timed(() => orderAll(deps, second, now, executeAt));
  clock.advance({ hours: 100 });
  const executed = await timed(() => executeDueRevocations(deps));
  const crl = await timed(() => publishCrl(deps, "CUSTOMER_OV"));
  const der = (await currentCrl(db.read, "CUSTOMER_OV"))?.der ?? new Uint8Array();
  const listed = parseCrl(der).entries.length;
  // A benchmark of something that did not happen would be a fine figure.
  if (listed !== ids.length) throw new Error(`the CRL lists ${listed} certificates, not ${ids.length}`);
  return { engine: db.engine, atOnce, planned, executed, crl, crlBytes: der.length };
}

async function issuedIds(db: Database): Promise<Id[]> {
  const { certificates: c } = authorityTables(db.read.columns);
  const rows = await db.read.select({ id: c.id, purpose: c.purpose }).from(c).orderBy(c.id);
  const ids = rows.filter(({ purpose }) => purpose.startsWith("request:")).map(({ id }) => id);
  if (ids.length !== 2 * CERTIFICATES) throw new Error(`${ids.length} certificates were issued`);
  return ids;
}

async function orderAll(
  deps: IssuanceDeps,
  ids: readonly Id[],
  now: Temporal.Instant,
  executeAt: Temporal.Instant,
): Promise<void> {
  for (let at = 0; at < ids.length; at += GROUP) {
    const orders = ids.slice(at, at + GROUP).map(
      (certificateId): RevocationOrder => ({
        certificateId,
        ground: "NON_COMPLIANCE",
        reason: "superseded",
        explanation: "発行基準に適合しないことが判明したため",
        executeAt,
        dueAt: deadlineOf("NON_COMPLIANCE", now),
        origin: { kind: "mass-revocation", id: null },
      }),
    );
    const { refused } = await deps.db.transact((tx) => orderRevocations(tx, deps, STAFF, orders, now));
    if (refused[0]) throw refused[0].problem;
  }
}

async function onEngine<T>(engine: Engine, work: (db: Database, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "inkan-bench-"));
  const server = engine === "postgres" ? await startPostgres({ durable: true }) : null;
  try {
    const db = await openDatabase({ url: server?.url ?? null, file: path.join(folder, "inkan.sqlite") });
    try {
      return await work(db, path.join(folder, "keys"));
    } finally {
      await db.close();
    }
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");

function report(figures: readonly Figure[], at: Temporal.ZonedDateTime): string {
  const [cpu] = cpus();
  const row = (engine: Engine, what: string, { seconds, mainThread }: Spent) =>
    `| ${engine} | ${what} | ${seconds.toFixed(1)} | ${whole(CERTIFICATES / seconds)} | ${whole(mainThread)} |`;
  return [
    `# Revocation, ${at.toPlainDate()}`,
    "",
    `\`npm run bench:revocation -- --certificates ${CERTIFICATES}\` · Node ${process.versions.node} · ${availableParallelism()} cores (${cpu?.model.trim()}) · ${process.platform}-${process.arch} · load average at the start ${load.toFixed(1)}`,
    "",
    `${whole(CERTIFICATES)} certificates of one subscriber, in groups of ${GROUP} a transaction, each with its order, timeline,`,
    "mail and audit entry. The limit is 15 minutes from the first order until the CRL is stored.",
    "",
    "| engine | what | seconds | certificates/s | main thread, µs each |",
    "|---|---|--:|--:|--:|",
    ...figures.flatMap(({ engine, atOnce, planned, executed }) => [
      row(engine, "revoked at once", atOnce),
      row(engine, "planned, with a notice each", planned),
      row(engine, "revoked when due", executed),
    ]),
    "",
    "| engine | CRL of both, entries | bytes | seconds | at once and CRL, of 900 s |",
    "|---|--:|--:|--:|--:|",
    ...figures.map(
      ({ engine, atOnce, crl, crlBytes }) =>
        `| ${engine} | ${whole(2 * CERTIFICATES)} | ${whole(crlBytes)} | ${crl.seconds.toFixed(2)} | ${(100 * (atOnce.seconds + crl.seconds)) / LIMIT_SECONDS < 1 ? "< 1" : Math.round((100 * (atOnce.seconds + crl.seconds)) / LIMIT_SECONDS)} % |`,
    ),
    "",
  ].join("\n");
}

const [load = 0] = loadavg();
const figures: Figure[] = [];
for (const engine of options.engine as Engine[]) figures.push(await onEngine(engine, measure));
const now = Temporal.Now.zonedDateTimeISO();
const text = report(figures, now);
process.stdout.write(text);
if (!options["no-file"]) {
  const folder = path.join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${now.toPlainDate()}-revocation.md`), text);
}
