import { type KeyObject, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { HASH, type Signer } from "../server/adapters/signer.ts";
import { readKeyFile } from "../server/adapters/signer-file.ts";
import { authorityTables, issuerOf } from "../server/authority/index.ts";
import { type Database, type Engine, openDatabase } from "../server/db/index.ts";
import { drain, type IssuanceDeps, issuanceWorker, issueApproved } from "../server/issuance/index.ts";
import { type JobPayload, jobRunner } from "../server/jobs/index.ts";
import { systemClock } from "../server/kernel/clock.ts";
import { issueOperatorCertificateForCsr } from "../server/operators/index.ts";
import { type IssuerKeyKind, parseCsr } from "../server/pki/index.ts";
import { APPROVALS_JOB, approvalsJob, approveRequests, startApprovals } from "../server/requests/index.ts";
import { aobaTrading, type Cast } from "../test/support/aoba.ts";
import { csrDer, csrPem } from "../test/support/csr.ts";
import {
  approvedRequests,
  establishTestHierarchies,
  issuanceDeps,
  PASSPHRASE,
} from "../test/support/issuing.ts";
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
  readonly signed: SigningRate;
  /** Microseconds of the main thread's own processor time a certificate: steadier than wall clock when others run here. */
  readonly mainThread: number;
  /** The same of all threads: what two cores have in a second is two million. */
  readonly process: number;
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

/** Signatures a second, by the two ways there are. */
interface SigningRate {
  readonly signer: number;
  readonly plain: number;
}

/**
 * Asynchronous signatures over bytes of a tbsCertificate's size: asked of our signer all at once, and of `crypto.sign`
 * itself with as many in flight as there are cores.
 */
async function signingRate(signer: Signer, key: KeyObject): Promise<SigningRate> {
  const bytes = crypto.getRandomValues(new Uint8Array(700));
  const hash = HASH[signer.algorithm];
  const plainly = () =>
    new Promise<void>((resolve, reject) => {
      sign(hash, bytes, { key, dsaEncoding: "der" }, (error) => (error ? reject(error) : resolve()));
    });
  const bySigner = (count: number) =>
    Promise.all(Array.from({ length: count }, () => signer.sign(bytes, { bulk: true })));
  const byCrypto = (count: number) => {
    let left = count;
    const lane = async () => {
      for (; left > 0; left -= 1) await plainly();
    };
    return Promise.all(Array.from({ length: availableParallelism() }, lane));
  };
  const rateOf = async (work: (count: number) => Promise<unknown>) => {
    await work(100);
    const start = performance.now();
    await work(SIGNATURES);
    return SIGNATURES / ((performance.now() - start) / 1000);
  };
  return { signer: await rateOf(bySigner), plain: await rateOf(byCrypto) };
}

const mean = (a: SigningRate, b: SigningRate): SigningRate => ({
  signer: (a.signer + b.signer) / 2,
  plain: (a.plain + b.plain) / 2,
});

const allThreads = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

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

  const issuer = await issuerOf(db.read, "CUSTOMER_OV");
  const keyFile = await readKeyFile(path.join(folder, `${issuer.keyName}.key.pem`), PASSPHRASE);
  const before = await signingRate(signers.CUSTOMER_OV, keyFile);
  const ids = await pendingRequests(db, cast, REQUESTS);
  const page = await watchPage(db, cast.taro);
  const cpu = { main: mainThread(), all: allThreads() };
  const seconds = await approveInBulk(deps, cast, ids);
  const spent = { main: mainThread() - cpu.main, all: allThreads() - cpu.all };
  const times = await page.stop();
  const after = await signingRate(signers.CUSTOMER_OV, keyFile);
  const stages = await stagesOf(deps, cast);
  await expectStored(db, WARM + REQUESTS + STAGED);
  return {
    engine: db.engine,
    key,
    issuedPerSecond: REQUESTS / seconds,
    signed: mean(before, after),
    mainThread: spent.main / REQUESTS,
    process: spent.all / REQUESTS,
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
    "begin until the last certificate is stored, with receipts, metering, mail and audit. Beside it the rates at which the",
    "same key signs, asynchronously, in the same run (mean of before and after): through our signer, and through",
    "`crypto.sign` with as many in flight as cores; the ratio is to the larger. The last columns are processor time a",
    "certificate, of the main thread and of all threads, the pages asked for meanwhile included; other work on the machine",
    "changes them less.",
    "",
    "| engine | issuing key | certificates/s | signer, signatures/s | crypto.sign, signatures/s | ratio | main thread, µs | all threads, µs |",
    "|---|---|--:|--:|--:|--:|--:|--:|",
    ...figures.map(
      ({ engine, key, issuedPerSecond, signed: { signer, plain }, mainThread: spent, process: all }) =>
        `| ${engine} | ${key} | ${whole(issuedPerSecond)} | ${whole(signer)} | ${whole(plain)} | ${share(issuedPerSecond, Math.max(signer, plain))} | ${whole(spent)} | ${whole(all)} |`,
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
