import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { issuerOf, publishCrl } from "../server/authority/index.ts";
import { type DatabasePlace, type Engine, openDatabase, openMigratedDatabase } from "../server/db/index.ts";
import { systemClock } from "../server/kernel/clock.ts";
import type { Id } from "../server/kernel/ids.ts";
import { type IssuerKeyKind, parseCrl } from "../server/pki/index.ts";
import { establishTestHierarchies, issuanceDeps } from "../test/support/issuing.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import { watchEventLoop } from "./event-loop.ts";
import { storeCertificates } from "./stored-certificates.ts";
import { atMost } from "./verdict.ts";

/**
 * How long it takes to build a CRL from the database, to sign it and to store it, how long the event loop is held
 * meanwhile, and how much memory it takes: `npm run bench:crl`. Results go to bench/results/. The limit beside it: what
 * signing the same number of bytes with the same key takes by itself, in the same run.
 */
const { values: options } = parseArgs({
  options: {
    entries: { type: "string", multiple: true, default: ["100000", "1000000"] },
    engine: { type: "string", multiple: true, default: ["sqlite", "postgres"] },
    key: { type: "string", default: "RSA-2048" },
    "no-file": { type: "boolean", default: false },
    // What the bench says to its own second process.
    fill: { type: "string", default: "" },
  },
});
const key = options.key as IssuerKeyKind;
const RUNS = 3;
const MIB = 1024 * 1024;

interface Filling {
  readonly place: DatabasePlace;
  readonly id: Id;
  readonly entries: number;
}

interface Figure {
  readonly engine: Engine;
  readonly entries: number;
  readonly bytes: number;
  /** Milliseconds, of the quickest run: everything, and of that until the signature is there. */
  readonly all: number;
  readonly signed: number;
  readonly signatureAlone: number;
  /** Milliseconds, of the worst run: by the clock, and this thread's own work. */
  readonly held: number;
  readonly ownHeld: number;
  /** MiB, the most that the process was larger than before the first run. */
  readonly growth: number;
}

async function measure(engine: Engine, entries: number): Promise<Figure> {
  const folder = mkdtempSync(path.join(tmpdir(), "inkan-bench-"));
  const server = engine === "postgres" ? await startPostgres({ durable: true }) : null;
  const place = { url: server?.url ?? null, file: path.join(folder, "inkan.sqlite") };
  const db = await openDatabase(place);
  try {
    const signers = await establishTestHierarchies(db, systemClock, path.join(folder, "keys"), key);
    const deps = issuanceDeps(db, systemClock, signers);
    // Statements are prepared and code is warm before anything counts.
    for (let i = 0; i < RUNS; i += 1) await publishCrl(deps, "CUSTOMER_OV");
    const { id } = await issuerOf(db.read, "CUSTOMER_OV");
    // In a process of its own: what filling leaves in memory would hide what the CRL takes.
    const fill = fork(import.meta.filename, ["--fill", JSON.stringify({ place, id, entries })]);
    const [code] = await once(fill, "exit");
    if (code !== 0) throw new Error(`filling ended with ${code}`);
    globalThis.gc?.();

    const before = process.memoryUsage().rss;
    let most = before;
    const watching = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 5);
    const runs: {
      all: number;
      signed: number;
      held: number;
      ownHeld: number;
      bytes: number;
      signatureAlone: number;
    }[] = [];
    for (let i = 0; i < RUNS; i += 1) {
      // Between two CRLs a server has time for it; what one of them takes is asked.
      globalThis.gc?.();
      let signedAt = 0;
      const signer = signers.CUSTOMER_OV;
      const timed = {
        ...signer,
        async sign(bytes: Uint8Array) {
          const signature = await signer.sign(bytes);
          signedAt = performance.now();
          return signature;
        },
      };
      const held = watchEventLoop();
      const start = performance.now();
      const crl = await publishCrl({ ...deps, signers: { ...signers, CUSTOMER_OV: timed } }, "CUSTOMER_OV");
      const all = performance.now() - start;
      await sleep(5);
      const { wall, own } = held();
      if (crl.entries !== entries) throw new Error(`${crl.entries} entries, not ${entries}`);
      if (i === 0 && parseCrlIsRight(crl.der, entries) === false) throw new Error("the CRL is not whole");
      const alone = performance.now();
      await signer.sign(crl.der);
      const signatureAlone = performance.now() - alone;
      runs.push({
        all,
        signed: signedAt - start,
        held: wall,
        ownHeld: own,
        bytes: crl.der.length,
        signatureAlone,
      });
    }
    clearInterval(watching);
    const least = (of: (run: (typeof runs)[number]) => number) => Math.min(...runs.map(of));
    return {
      engine,
      entries,
      bytes: runs[0]?.bytes ?? 0,
      all: least(({ all }) => all),
      signed: least(({ signed }) => signed),
      signatureAlone: least(({ signatureAlone }) => signatureAlone),
      held: Math.max(...runs.map(({ held }) => held)),
      ownHeld: Math.max(...runs.map(({ ownHeld }) => ownHeld)),
      growth: (most - before) / MIB,
    };
  } finally {
    await db.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A benchmark of something that is no CRL would be a fine figure. Reading all of a large one is not part of it. */
const parseCrlIsRight = (der: Uint8Array, entries: number): boolean =>
  entries > 100_000 || parseCrl(der).entries.length === entries;

const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** 0.3 s for 100,000 entries, and as much for each as there. */
const SECONDS_AN_ENTRY = 0.3 / 100_000;

function verdicts(
  { engine, entries, signed, held, ownHeld, growth }: Figure,
  all: readonly Figure[],
): string[] {
  const of = `${whole(entries)} entries`;
  const least = all.filter((one) => one.engine === engine).toSorted((a, b) => a.entries - b.entries)[0];
  const linear = least && least.entries < entries ? (least.signed * entries) / least.entries : null;
  return [
    `| ${engine} | ${of}, built and signed | ${atMost(signed / 1000, SECONDS_AN_ENTRY * entries, "s")} |`,
    ...(linear === null
      ? []
      : [`| ${engine} | ${of}, linear (a fifth allowed) | ${atMost(signed / linear, 1.2, "times")} |`]),
    `| ${engine} | ${of}, event loop held | ${atMost(held, 50, "ms")}, by our own work ${atMost(ownHeld, 50, "ms")} |`,
    `| ${engine} | ${of}, memory | ${atMost(growth, 300, "MiB")} |`,
  ];
}

function report(figures: readonly Figure[], at: Temporal.ZonedDateTime): string {
  const [cpu] = cpus();
  return [
    `# CRL, ${at.toPlainDate()}`,
    "",
    `\`npm run bench:crl\` · ${key} · Node ${process.versions.node} · ${availableParallelism()} cores (${cpu?.model.trim()}) · ${process.platform}-${process.arch} · load average at the start ${load.toFixed(1)}`,
    "",
    `A CRL built from the database and signed, then stored; beside it what the same key takes to sign as many bytes. The`,
    `quickest of ${RUNS} runs in milliseconds; the longest that the event loop was held, and the most that the process`,
    "grew, in any of them.",
    "",
    "| engine | entries | MiB | built and signed, ms | signature alone, ms | stored too, ms | loop held, ms | own work in it, ms | growth, MiB |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ...figures.map(
      ({ engine, entries, bytes, signed, signatureAlone, all, held, ownHeld, growth }) =>
        `| ${engine} | ${whole(entries)} | ${(bytes / MIB).toFixed(1)} | ${whole(signed)} | ${whole(signatureAlone)} | ${whole(all)} | ${whole(held)} | ${whole(ownHeld)} | ${whole(growth)} |`,
    ),
    "",
    "| engine | asked | |",
    "|---|---|---|",
    ...figures.flatMap((figure) => verdicts(figure, figures)),
    "",
  ].join("\n");
}

/** What else the machine was doing: figures of two runs compare only where this does. */
const [load = 0] = loadavg();
if (options.fill !== "") {
  const { place, id, entries } = JSON.parse(options.fill) as Filling;
  const db = await openMigratedDatabase(place);
  await storeCertificates(db, place, id, entries, () => true);
  await db.close();
  process.exit(0);
}
const figures: Figure[] = [];
for (const engine of options.engine as Engine[]) {
  for (const entries of options.entries.map(Number)) figures.push(await measure(engine, entries));
}
const at = Temporal.Now.zonedDateTimeISO("UTC");
const text = report(figures, at);
process.stdout.write(text);
if (!options["no-file"]) {
  const results = path.join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, `${at.toPlainDate()}-crl.md`), text);
}
