import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { authorityTables, type Signers } from "../server/authority/index.ts";
import { type Database, type Engine, openDatabase } from "../server/db/index.ts";
import { drain, type IssuanceDeps, issuanceWorker, issueApproved } from "../server/issuance/index.ts";
import { type JobPayload, jobRunner } from "../server/jobs/index.ts";
import { systemClock } from "../server/kernel/clock.ts";
import { issueOperatorCertificateForCsr } from "../server/operators/index.ts";
import { type IssuerKeyKind, parseCsr } from "../server/pki/index.ts";
import { APPROVALS_JOB, approvalsJob, approveRequests, startApprovals } from "../server/requests/index.ts";
import { aobaTrading, type Cast } from "../test/support/aoba.ts";
import { csrDer, csrPem } from "../test/support/csr.ts";
import { approvedRequests, establishTestHierarchies, issuanceDeps } from "../test/support/issuing.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import { type PageTimes, watchPage } from "./operator-page.ts";

/**
 * A bulk approval, from the operator's job to the last stored certificate, on both engines, beside what the same key
 * signs in the same process, and beside a page of the operator site that is asked for meanwhile:
 * `npm run bench -- --requests 10000`. Every request has a P-256 key of its own. Results go to bench/results/.
 * SQLite runs with synchronous=FULL and PostgreSQL with fsync, as in production.
 */
const { values: options } = parseArgs({
  options: {
    requests: { type: "string", default: "10000" },
    engine: { type: "string", multiple: true, default: ["sqlite", "postgres"] },
    key: { type: "string", multiple: true, default: ["RSA-2048", "P-256"] },
    "no-file": { type: "boolean", default: false },
  },
});
const REQUESTS = Number(options.requests);
const SIGNATURES = Math.max(500, Math.min(REQUESTS, 4000));
const WARM = 512;
const STAGED = 1024;
const GROUP = 256;

interface Figure {
  readonly engine: Engine;
  readonly key: IssuerKeyKind;
  readonly issuedPerSecond: number;
  readonly signedPerSecond: number;
  /** Microseconds of the main thread's own processor time a certificate: steadier than wall clock when others run here. */
  readonly mainThread: number;
  readonly page: PageTimes;
  /** Microseconds a certificate, by the stage in which its group stood. */
  readonly stages: Readonly<Record<Stage, Spent>>;
}

interface Spent {
  readonly wall: number;
  readonly mainThread: number;
}

const STAGES = ["approve", "claim", "lint and sign", "store"] as const;
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

const mainThread = (): number => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

/** Requests that wait for an operator, each with a key of its own. */
function pendingRequests(db: Database, cast: Cast, count: number) {
  return approvedRequests(db, cast, count, () => {
    const csr = parseCsr(csrDer());
    return {
      csrDer: csr.der,
      spkiSha256: csr.publicKey.spkiSha256,
      state: "PENDING_APPROVAL",
      decidedBy: null,
      decidedAt: null,
      version: 1,
    };
  });
}

async function measure(db: Database, key: IssuerKeyKind, folder: string): Promise<Figure> {
  const signers = await establishTestHierarchies(db, systemClock, folder, key);
  const deps = issuanceDeps(db, systemClock, signers);
  const cast = await operatorWithCertificate(db, deps);
  // Statements are prepared and code is warm before anything counts.
  await approveRequests(deps, cast.taro, { ids: await pendingRequests(db, cast, WARM) });
  await drain(deps);

  const before = await signingRate(signers);
  const ids = await pendingRequests(db, cast, REQUESTS);
  const page = await watchPage(db, cast.taro);
  const cpu = mainThread();
  const seconds = await approveInBulk(deps, cast, ids);
  const spent = mainThread() - cpu;
  const times = await page.stop();
  const after = await signingRate(signers);
  const stages = await stagesOf(deps, cast);
  await expectStored(db, WARM + REQUESTS + STAGED);
  return {
    engine: db.engine,
    key,
    issuedPerSecond: REQUESTS / seconds,
    signedPerSecond: (before + after) / 2,
    mainThread: spent / REQUESTS,
    page: times,
    stages,
  };
}

async function operatorWithCertificate(db: Database, deps: IssuanceDeps): Promise<Cast> {
  const cast = await aobaTrading(db, systemClock.now());
  const { fingerprint } = await issueOperatorCertificateForCsr(
    { ...deps, operatorUrl: () => deps.siteUrls.operator },
    cast.taro,
    cast.tenant,
    cast.taro.operatorId,
    csrPem(),
  );
  return { ...cast, taro: { ...cast.taro, fingerprint } };
}

/** The operator's job, as the server runs it. Seconds until everything is stored. */
async function approveInBulk(deps: IssuanceDeps, cast: Cast, ids: readonly string[]): Promise<number> {
  const onError = (error: unknown) => {
    throw error;
  };
  const issuance = issuanceWorker(deps, { sweepEvery: Temporal.Duration.from({ hours: 1 }), onError });
  const work = approvalsJob({ ...deps, issueAll: (some) => issuance.issueAll(some) });
  const ended = Promise.withResolvers<JobPayload | null>();
  const jobs = jobRunner({
    ...deps,
    owner: deps.instance,
    report: onError,
    handlers: {
      [APPROVALS_JOB]: async (job, run) => {
        const result = await work(job, run);
        ended.resolve(result);
        return result;
      },
    },
  });
  await startApprovals(deps, cast.taro, { ids });
  const start = performance.now();
  jobs.start();
  await ended.promise;
  const seconds = (performance.now() - start) / 1000;
  await jobs.stop();
  await issuance.stop();
  return seconds;
}

/** Groups one after another, so that each stage can be told from the others by the clock. */
async function stagesOf(deps: IssuanceDeps, cast: Cast): Promise<Record<Stage, Spent>> {
  const ids = await pendingRequests(deps.db, cast, STAGED);
  const nothing: Spent = { wall: 0, mainThread: 0 };
  const stages: Record<Stage, Spent> = {
    approve: nothing,
    claim: nothing,
    "lint and sign": nothing,
    store: nothing,
  };
  let last = { wall: 0, mainThread: 0 };
  const begin = () => {
    last = { wall: performance.now() * 1000, mainThread: mainThread() };
  };
  const end = (stage: Stage) => {
    const { wall, mainThread: spent } = stages[stage];
    stages[stage] = {
      wall: wall + (performance.now() * 1000 - last.wall) / STAGED,
      mainThread: spent + (mainThread() - last.mainThread) / STAGED,
    };
    begin();
  };
  const endOf: Record<string, Stage> = {
    "claim.committed": "claim",
    "group.signed": "lint and sign",
    "store.committed": "store",
  };
  const watched: IssuanceDeps = {
    ...deps,
    step: async (name) => {
      const stage = endOf[name];
      if (stage) end(stage);
    },
  };
  for (let at = 0; at < STAGED; at += GROUP) {
    const some = ids.slice(at, at + GROUP);
    begin();
    await approveRequests(deps, cast.taro, { ids: some });
    end("approve");
    await issueApproved(watched, some);
  }
  return stages;
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
const share = (value: number, of: number): string => `${Math.round((100 * value) / of)} %`;

function report(figures: readonly Figure[], at: Temporal.ZonedDateTime): string {
  const command = `npm run bench -- --requests ${REQUESTS}`;
  const [cpu] = cpus();
  return [
    `# Issuance, ${at.toPlainDate()}`,
    "",
    `\`${command}\` · Node ${process.versions.node} · ${availableParallelism()} cores (${cpu?.model.trim()}) · ${process.platform}-${process.arch} · load average at the start ${load.toFixed(1)}`,
    "",
    `One operator approves ${whole(REQUESTS)} requests in one job, every one with a P-256 key of its own: from the job's`,
    "begin until the last certificate is stored, with receipts, metering, mail and audit. Beside it the raw rate at which",
    "the same key signs, asynchronously, in the same run (mean of before and after). The main thread's column is its",
    "processor time a certificate, the pages asked for meanwhile included; other work on the machine changes it less.",
    "",
    "| engine | issuing key | certificates/s | signatures/s | ratio | main thread, µs |",
    "|---|---|--:|--:|--:|--:|",
    ...figures.map(
      ({ engine, key, issuedPerSecond, signedPerSecond, mainThread: spent }) =>
        `| ${engine} | ${key} | ${whole(issuedPerSecond)} | ${whole(signedPerSecond)} | ${share(issuedPerSecond, signedPerSecond)} | ${whole(spent)} |`,
    ),
    "",
    "The operator site's list of requests, asked for over https meanwhile, again and again, milliseconds:",
    "",
    "| engine | issuing key | asked | p50 | p95 | longest |",
    "|---|---|--:|--:|--:|--:|",
    ...figures.map(
      ({ engine, key, page: { asked, p50, p95, longest } }) =>
        `| ${engine} | ${key} | ${whole(asked)} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${longest.toFixed(1)} |`,
    ),
    "",
    "Microseconds a certificate in each stage, by the clock and (in brackets) of the main thread's processor time; groups",
    "of 256 one after another, while in the run above they overlap:",
    "",
    `| engine | issuing key | ${STAGES.join(" | ")} | sum |`,
    `|---|---|${STAGES.map(() => "--:|").join("")}--:|`,
    ...figures.map(({ engine, key, stages }) => {
      const spent = [...STAGES.map((stage) => stages[stage]), sumOf(STAGES.map((stage) => stages[stage]))];
      const cells = spent.map(({ wall, mainThread: own }) => `${whole(wall)} (${whole(own)})`);
      return `| ${engine} | ${key} | ${cells.join(" | ")} |`;
    }),
    "",
  ].join("\n");
}

const sumOf = (all: readonly Spent[]): Spent => ({
  wall: all.reduce((sum, { wall }) => sum + wall, 0),
  mainThread: all.reduce((sum, { mainThread: own }) => sum + own, 0),
});

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
