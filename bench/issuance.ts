import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { authorityTables, type Signers } from "../server/authority/index.ts";
import { type Database, type Engine, openDatabase } from "../server/db/index.ts";
import { drain, issueApproved } from "../server/issuance/index.ts";
import { systemClock } from "../server/kernel/clock.ts";
import type { IssuerKeyKind } from "../server/pki/index.ts";
import { aobaTrading } from "../test/support/aoba.ts";
import { approvedRequests, establishTestHierarchies, issuanceDeps } from "../test/support/issuing.ts";
import { startPostgres } from "../test/support/postgres-server.ts";

/**
 * How many approved requests a second become stored certificates, on both engines, beside what the same key signs
 * in the same process at the same time of day: `npm run bench -- --requests 2000`. Results go to bench/results/.
 * SQLite runs with synchronous=FULL and PostgreSQL with fsync, as in production.
 */
const { values: options } = parseArgs({
  options: {
    requests: { type: "string", default: "2000" },
    engine: { type: "string", multiple: true, default: ["sqlite", "postgres"] },
    key: { type: "string", multiple: true, default: ["RSA-2048", "P-256"] },
    "no-file": { type: "boolean", default: false },
  },
});
const REQUESTS = Number(options.requests);
const SIGNATURES = Math.max(500, Math.min(REQUESTS, 4000));

interface Figure {
  readonly engine: Engine;
  readonly key: IssuerKeyKind;
  readonly issuedPerSecond: number;
  readonly signedPerSecond: number;
  /** Microseconds of the main thread's own processor time a certificate: steadier than wall clock when others run here. */
  readonly mainThread: number;
  /** Microseconds of wall clock a certificate, by the stage in which its group stood. */
  readonly stages: Readonly<Record<Stage, number>>;
}

const STAGES = ["claim", "lint and sign", "store"] as const;
type Stage = (typeof STAGES)[number];

/** Asynchronous signatures over bytes of a tbsCertificate's size, as many in flight as the signer lets through. */
async function signingRate(signers: Signers): Promise<number> {
  const bytes = crypto.getRandomValues(new Uint8Array(700));
  const sign = (count: number) =>
    Promise.all(Array.from({ length: count }, () => signers.CUSTOMER_OV.sign(bytes)));
  await sign(100);
  const start = performance.now();
  await sign(SIGNATURES);
  return SIGNATURES / ((performance.now() - start) / 1000);
}

async function measure(db: Database, key: IssuerKeyKind, folder: string): Promise<Figure> {
  const signers = await establishTestHierarchies(db, systemClock, folder, key);
  const cast = await aobaTrading(db, systemClock.now());
  // Statements are prepared and code is warm before anything counts.
  await approvedRequests(db, cast, 300);
  await drain(issuanceDeps(db, systemClock, signers));

  const before = await signingRate(signers);
  await approvedRequests(db, cast, REQUESTS);
  const stages: Record<Stage, number> = { claim: 0, "lint and sign": 0, store: 0 };
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  await drain(issuanceDeps(db, systemClock, signers));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.threadCpuUsage(cpu);
  const after = await signingRate(signers);
  await stagesOf(db, signers, cast, stages);
  await expectStored(db, 300 + REQUESTS + STAGED);
  return {
    engine: db.engine,
    key,
    issuedPerSecond: REQUESTS / seconds,
    signedPerSecond: (before + after) / 2,
    mainThread: (user + system) / REQUESTS,
    stages,
  };
}

const STAGED = 512;

/** Groups one after another, so that each stage can be told from the others by the clock. */
async function stagesOf(
  db: Database,
  signers: Signers,
  cast: Awaited<ReturnType<typeof aobaTrading>>,
  stages: Record<Stage, number>,
): Promise<void> {
  await approvedRequests(db, cast, STAGED);
  let last = 0;
  const endOf: Record<string, Stage> = {
    "claim.committed": "claim",
    "group.signed": "lint and sign",
    "store.committed": "store",
  };
  const deps = issuanceDeps(db, systemClock, signers, {
    step: async (name) => {
      const stage = endOf[name];
      if (!stage) return;
      const now = performance.now();
      stages[stage] += ((now - last) * 1000) / STAGED;
      last = now;
    },
  });
  for (let done = 0; done < STAGED; ) {
    last = performance.now();
    done += (await issueApproved(deps, null)).issued.length;
  }
}

/** A benchmark of something that did not happen would be a fine figure. */
async function expectStored(db: Database, count: number): Promise<void> {
  const { certificates } = authorityTables(db.read.columns);
  const rows = await db.read.select({ purpose: certificates.purpose }).from(certificates);
  const stored = rows.filter(({ purpose }) => purpose.startsWith("request:")).length;
  if (stored !== count) throw new Error(`${stored} certificates are stored, not ${count}`);
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
  const command = `npm run bench -- --requests ${REQUESTS}`;
  const [cpu] = cpus();
  return [
    `# Issuance, ${at.toPlainDate()}`,
    "",
    `\`${command}\` · Node ${process.versions.node} · ${availableParallelism()} cores (${cpu?.model.trim()}) · ${process.platform}-${process.arch} · load average at the start ${load.toFixed(1)}`,
    "",
    "Approved requests to stored certificates, receipts, metering, mail and audit included; beside it the raw rate at",
    "which the same key signs, asynchronously, in the same run (mean of before and after). The last column is processor",
    "time of the main thread a certificate, which other work on the machine changes less.",
    "",
    "| engine | issuing key | certificates/s | signatures/s | ratio | main thread, µs |",
    "|---|---|--:|--:|--:|--:|",
    ...figures.map(
      ({ engine, key, issuedPerSecond, signedPerSecond, mainThread }) =>
        `| ${engine} | ${key} | ${whole(issuedPerSecond)} | ${whole(signedPerSecond)} | ${(issuedPerSecond / signedPerSecond).toFixed(2)} | ${whole(mainThread)} |`,
    ),
    "",
    "Microseconds a certificate in each stage, groups of 256 one after another (in the run above they overlap):",
    "",
    `| engine | issuing key | ${STAGES.join(" | ")} |`,
    `|---|---|${STAGES.map(() => "--:|").join("")}`,
    ...figures.map(
      ({ engine, key, stages }) =>
        `| ${engine} | ${key} | ${STAGES.map((stage) => whole(stages[stage])).join(" | ")} |`,
    ),
    "",
  ].join("\n");
}

/** What else the machine was doing: figures of two runs compare only where this does. */
const [load = 0] = loadavg();
const figures: Figure[] = [];
for (const engine of options.engine as Engine[]) {
  for (const key of options.key as IssuerKeyKind[]) {
    figures.push(await onEngine(engine, (db, keys) => measure(db, key, keys)));
  }
}
const at = Temporal.Now.zonedDateTimeISO("UTC");
const text = report(figures, at);
process.stdout.write(text);
if (!options["no-file"]) {
  const results = path.join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, `${at.toPlainDate()}-issuance.md`), text);
}
