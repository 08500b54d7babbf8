import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { currentCrl, publishCrl } from "../server/authority/index.ts";
import { type Database, type Engine, openDatabase } from "../server/db/index.ts";
import { drain } from "../server/issuance/index.ts";
import type { StaffActor } from "../server/kernel/actor.ts";
import { systemClock } from "../server/kernel/clock.ts";
import { newId } from "../server/kernel/ids.ts";
import { parseCrl } from "../server/pki/index.ts";
import { executeDueRevocations } from "../server/revocation/index.ts";
import {
  closeMassRevocation,
  draftMassRevocation,
  startMassRevocation,
} from "../server/revocation/mass/draft-mass-revocation.ts";
import { settleMassRevocations } from "../server/revocation/mass/index.ts";
import { massRevocationJob } from "../server/revocation/mass/mass-revocation-job.ts";
import { showMass } from "../server/revocation/mass/pages.ts";
import { massReport } from "../server/revocation/mass/report-csv.ts";
import { replaceIssued } from "../server/revocation/replacement/replace-issued.ts";
import { aobaTrading } from "../test/support/aoba.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
} from "../test/support/issuing.ts";
import { startPostgres } from "../test/support/postgres-server.ts";

/**
 * A whole mass revocation, from the list of an issuer's certificates to the closed report, replacements and CRL
 * included (safety.md 5: 10,000 within 15 minutes): `npm run bench:mass-revocation -- --certificates 10000`.
 * `bench/revocation.ts` measures the revocations alone. The clock of the case is moved, so only work counts.
 */
const { values: options } = parseArgs({
  options: {
    certificates: { type: "string", default: "10000" },
    subscribers: { type: "string", default: "20" },
    engine: { type: "string", multiple: true, default: ["sqlite", "postgres"] },
    "no-file": { type: "boolean", default: false },
  },
});
const CERTIFICATES = Number(options.certificates);
const SUBSCRIBERS = Number(options.subscribers);
const LIMIT_SECONDS = 15 * 60;
const TODAY = Temporal.Now.plainDateISO().toString();

const STEPS = ["draft", "prepare", "replace", "revoke", "CRL", "settle", "report"] as const;
type Step = (typeof STEPS)[number];
interface Figure {
  readonly engine: Engine;
  readonly seconds: Readonly<Record<Step, number>>;
  /** Microseconds of the main thread's own processor time a certificate. */
  readonly mainThread: Readonly<Record<Step, number>>;
}

const staff = (name: string): StaffActor => ({
  kind: "staff",
  staffId: newId(),
  name,
  roles: ["ADMINISTRATOR"],
  fingerprint: "0".repeat(64),
});
const [maker, checker] = [staff("登録 太郎"), staff("確認 花子")];

async function measure(db: Database, folder: string): Promise<Figure> {
  const clock = clockAt(systemClock.now());
  const signers = await establishTestHierarchies(db, clock, folder, "RSA-2048");
  const bare = issuanceDeps(db, clock, signers);
  const deps = { ...bare, alsoStored: replaceIssued(bare) };
  for (let each = 0; each < SUBSCRIBERS; each += 1) {
    const cast = await aobaTrading(db, clock.now(), { domain: `example${each}.co.jp` });
    const share = Math.floor(CERTIFICATES / SUBSCRIBERS) + (each < CERTIFICATES % SUBSCRIBERS ? 1 : 0);
    const name = `www.example${each}.co.jp`;
    await approvedRequests(db, cast, share, { commonName: name, names: [name] });
  }
  await drain(deps);
  const [from, until] = [clock.now().subtract({ hours: 1 }), clock.now().add({ hours: 1 })];
  clock.advance({ hours: 2 });

  const seconds = {} as Record<Step, number>;
  const mainThread = {} as Record<Step, number>;
  const timed = async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
    const cpu = process.threadCpuUsage();
    const start = performance.now();
    const result = await work();
    const { user, system } = process.threadCpuUsage(cpu);
    seconds[step] = (performance.now() - start) / 1000;
    mainThread[step] = (user + system) / CERTIFICATES;
    return result;
  };

  const id = await timed("draft", () =>
    draftMassRevocation(deps, maker, {
      name: "bench",
      ground: "NON_COMPLIANCE",
      explanation: "発行基準に適合しないことが判明したため",
      drill: false,
      knownAt: clock.now(),
      timing: "DEADLINE",
      selector: { kind: "ISSUER", role: "CUSTOMER_OV", from: from.toString(), until: until.toString() },
    }),
  );
  await startMassRevocation(deps, checker, { id, version: 1 });
  const job = massRevocationJob({
    ...deps,
    issuance: { kick: () => undefined },
    publishSoon: () => undefined,
  });
  const run = { signal: new AbortController().signal, progress: async () => undefined };
  const order = { id: newId(), kind: "", tenant: null, createdBy: null, attempt: 1 };
  await timed("prepare", () => job({ ...order, payload: { massRevocationId: id } }, run));
  await timed("replace", () => drain(deps));
  clock.advance({ hours: 120 });
  const revoked = await timed("revoke", () => executeDueRevocations(deps));
  await timed("CRL", () => publishCrl(deps, "CUSTOMER_OV"));
  await timed("settle", () => settleMassRevocations(deps));
  await timed("report", async () => {
    const detail = await showMass(db.read, id, clock.now());
    if (!detail) throw new Error("the case is gone");
    await massReport(db.read, detail, "ja");
    const { totals, mass } = detail;
    // A benchmark of something that did not happen would be a fine figure.
    if (totals.revoked !== CERTIFICATES || totals.replaced !== CERTIFICATES || mass.state !== "REVOKED") {
      throw new Error(`revoked ${totals.revoked}, replaced ${totals.replaced}, ${mass.state}`);
    }
    await closeMassRevocation(deps, checker, { id, version: mass.version, remark: "bench" });
  });
  const listed = parseCrl((await currentCrl(db.read, "CUSTOMER_OV"))?.der ?? new Uint8Array()).entries.length;
  if (revoked !== CERTIFICATES || listed !== CERTIFICATES)
    throw new Error(`${revoked} revoked, ${listed} listed`);
  return { engine: db.engine, seconds, mainThread };
}

async function onEngine(engine: Engine): Promise<Figure> {
  const folder = mkdtempSync(path.join(tmpdir(), "inkan-bench-"));
  const server = engine === "postgres" ? await startPostgres({ durable: true }) : null;
  try {
    const db = await openDatabase({ url: server?.url ?? null, file: path.join(folder, "inkan.sqlite") });
    try {
      return await measure(db, path.join(folder, "keys"));
    } finally {
      await db.close();
    }
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const figures: Figure[] = [];
for (const engine of options.engine as Engine[]) figures.push(await onEngine(engine));

const total = ({ seconds }: Figure) => STEPS.reduce((sum, step) => sum + seconds[step], 0);
const report = [
  `# Mass revocation: ${CERTIFICATES} certificates of ${SUBSCRIBERS} subscribers, from the set to the closed report`,
  "",
  `\`npm run bench:mass-revocation -- --certificates ${CERTIFICATES}\` on ${availableParallelism()} cores (${cpus()[0]?.model ?? "?"}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}, ${TODAY}.`,
  "",
  `Limit: ${LIMIT_SECONDS} s. Seconds, and in brackets microseconds of the main thread a certificate.`,
  "",
  `| engine | ${STEPS.join(" | ")} | all |`,
  `|---|${STEPS.map(() => "---").join("|")}|---|`,
  ...figures.map(
    (figure) =>
      `| ${figure.engine} | ${STEPS.map((step) => `${figure.seconds[step].toFixed(1)} (${Math.round(figure.mainThread[step])})`).join(" | ")} | **${total(figure).toFixed(1)}** |`,
  ),
  "",
  "draft: gather and keep the set. prepare: order every revocation, queue the mails, ask for the replacements. replace: issue them. revoke: the day itself. settle: tell the subscribers of the end. report: page and CSV.",
  "",
].join("\n");
process.stdout.write(report);
if (!options["no-file"]) {
  const folder = path.join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${TODAY}-mass-revocation.md`), report);
}
if (figures.some((figure) => total(figure) > LIMIT_SECONDS)) process.exitCode = 1;
