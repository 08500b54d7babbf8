import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { startInkan } from "../server/app.ts";
import { issuerOf } from "../server/authority/index.ts";
import { readConfig } from "../server/config.ts";
import { type Database, databaseFile, type Engine } from "../server/db/index.ts";
import { freePorts } from "../server/demo/free-ports.ts";
import { createRenderer } from "../server/http/render.ts";
import { type Assets, loadAssets } from "../server/http/static.ts";
import type { PageContext, Site } from "../server/http/view.ts";
import type { Tenant } from "../server/kernel/actor.ts";
import { systemClock } from "../server/kernel/clock.ts";
import { LANGUAGES } from "../server/kernel/languages.ts";
import { applicantRequestRoutes, operatorRequestRoutes } from "../server/requests/index.ts";
import { ownMassRevocations } from "../server/revocation/mass/index.ts";
import { deskSiteRoutes } from "../server/sites/desk.ts";
import { oneTimeSecrets } from "../server/start/first-start.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import { type BulkLoad, bulkLoadPostgres, bulkLoadSqlite } from "./bulk-load.ts";
import { measureExport } from "./million-export.ts";
import { pagesOf } from "./million-pages.ts";
import { type BenchTenant, fillMillion } from "./million-rows.ts";
import { atMost } from "./verdict.ts";

/**
 * Every list, search and front page on a database of a million certificates in a thousand organisations: route, query
 * and rendering in the process, without the network. `npm run bench:million`, smaller with
 * `-- --certificates 100000 --organizations 200`;
 * `--keep <folder>` fills the databases there once and finds them again, until the schema or the numbers change.
 */
const { values: options } = parseArgs({
  options: {
    certificates: { type: "string", default: "1000000" },
    organizations: { type: "string", default: "1000" },
    engine: { type: "string", multiple: true, default: ["sqlite", "postgres"] },
    rounds: { type: "string", default: "40" },
    keep: { type: "string", default: "" },
    only: { type: "string", default: "" },
    "no-file": { type: "boolean", default: false },
  },
});
const SIZE = { certificates: Number(options.certificates), organizations: Number(options.organizations) };
const ROUNDS = Number(options.rounds);

interface Line {
  readonly site: Site;
  readonly page: string;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Processor time of the main thread a page: steadier where other work runs on the machine. */
  readonly cpu: number;
  readonly cpu95: number;
  readonly rows: number | null;
}

interface Measured {
  readonly engine: Engine;
  readonly filledIn: number;
  readonly startsIn: number;
  readonly lines: readonly Line[];
  readonly exported: Awaited<ReturnType<typeof measureExport>>;
}

const log = pino({ level: "warn" }, pino.destination(2));
const say = (text: string) => process.stderr.write(`${text}\n`);
const seconds = (since: number) => (performance.now() - since) / 1000;

/** What a kept folder says once its database is whole. */
interface Filled {
  readonly of: string;
  readonly filledIn: number;
  readonly tenants: readonly BenchTenant[];
}

/** A kept database serves as long as this stays: how much is in it, and the schema that it was made with. */
function filledFor(engine: Engine): string {
  const schema = readFileSync(path.join(import.meta.dirname, `../migrations/${engine}/0000_first.sql`));
  return `${SIZE.certificates} ${SIZE.organizations} ${createHash("sha256").update(schema).digest("hex")}`;
}

async function measureOn(engine: Engine): Promise<Measured> {
  const kept = options.keep !== "";
  const folder = kept
    ? path.resolve(options.keep, engine)
    : mkdtempSync(path.join(tmpdir(), "inkan-million-"));
  const list = path.join(folder, "filled.json");
  const known = existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as Filled) : null;
  const of = filledFor(engine);
  const filled = known?.of === of;
  if (kept && !filled) {
    rmSync(folder, { recursive: true, force: true });
    // PostgreSQL's own account has to reach what is its own in there.
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  }
  const server = engine === "postgres" ? await startPostgres({ keep: path.join(folder, "server") }) : null;
  try {
    const environment = {
      ...(await freePorts()),
      INKAN_DATA_DIR: path.join(folder, "data"),
      INKAN_CERTS_DIR: path.join(folder, "certs"),
      INKAN_PASSPHRASE_FILE: path.join(folder, "passphrase"),
      DATABASE_URL: server?.url ?? "",
    };
    const config = readConfig(environment, folder);
    const notATerminal = { isTTY: false } as NodeJS.WriteStream;
    const start = async () => {
      mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
      const secrets = oneTimeSecrets(config.dataDir, notATerminal, systemClock.now());
      return startInkan(config, { clock: systemClock, log, secrets, strictViews: false });
    };
    let filledIn = known?.filledIn ?? 0;
    let tenants: readonly BenchTenant[] = known?.tenants ?? [];
    if (!filled) {
      const first = await start();
      const [ov, ev] = [
        await issuerOf(first.db.read, "CUSTOMER_OV"),
        await issuerOf(first.db.read, "CUSTOMER_EV"),
      ];
      const template = { der: ov.certificateDer, ov: ov.id, ev: ev.id };
      const columns = first.db;
      await first.close();

      const filling = performance.now();
      const load: BulkLoad = server
        ? await bulkLoadPostgres(server.url)
        : bulkLoadSqlite(databaseFile(config.dataDir));
      tenants = await fillMillion(columns, load, SIZE, systemClock.now(), template);
      await load.end();
      filledIn = seconds(filling);
      if (kept) writeFileSync(list, JSON.stringify({ of, filledIn, tenants } satisfies Filled));
      say(`${engine}: filled in ${filledIn.toFixed(0)} s`);
    }
    const starting = performance.now();
    const inkan = await start();
    const startsIn = seconds(starting);
    say(`${engine}: started in ${startsIn.toFixed(2)} s`);
    try {
      const lines = await measurePages(inkan.db, tenants);
      const place = { url: server?.url ?? null, file: databaseFile(config.dataDir) };
      const exported = await measureExport(place, systemClock.now());
      return { engine, filledIn, startsIn, lines, exported };
    } finally {
      await inkan.close();
    }
  } finally {
    await server?.stop();
    if (!kept) rmSync(folder, { recursive: true, force: true });
  }
}

const assets: Assets = loadAssets(path.join(import.meta.dirname, "../static"));
const renderer = createRenderer({
  viewsDir: path.join(import.meta.dirname, "../views"),
  assets,
  strict: false,
  cache: true,
});

const SITES = {
  applicant: applicantRequestRoutes,
  operator: operatorRequestRoutes,
  desk: deskSiteRoutes,
} as const;

/** Route, page query and rendering, as a site does them between its middleware and the socket. */
async function measurePages(db: Database, tenants: readonly BenchTenant[]): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { site, page, address, actor } of await pagesOf(db, tenants)) {
    if (!`${site} ${page}`.includes(options.only)) continue;
    const times: number[] = [];
    const busy: number[] = [];
    let rows: number | null = null;
    for (let round = 0; round < ROUNDS; round += 1) {
      const [where = "", query = ""] = address(round).split("?");
      const route = (SITES[site] as readonly (typeof deskSiteRoutes)[number][]).find(
        (one) => one.method === "GET" && one.path === where,
      );
      if (!route) throw new Error(`${site} has no ${where}`);
      const cpu = process.threadCpuUsage();
      const started = performance.now();
      const asked = Object.fromEntries(new URLSearchParams(query));
      const answer = await route.handle({
        deps: {
          db,
          clock: systemClock,
          responder: { health: () => [] },
          massRevocationsOf: (tenant: Tenant) => ownMassRevocations(db.read, tenant, systemClock.now()),
        },
        actor: actor(round),
        params: {},
        query: route.query?.parse(asked),
        form: undefined,
        language: LANGUAGES[round % 2] ?? "ja",
      } as never);
      if (answer.kind !== "page") throw new Error(`${site} ${where} answered no page`);
      const html = renderer.render(
        answer.view,
        answer.model,
        context(site, where, LANGUAGES[round % 2] ?? "ja"),
      );
      // The first rounds compile templates and prepare statements.
      const took = performance.now() - started;
      if (round >= 4) {
        times.push(took);
        const { user, system } = process.threadCpuUsage(cpu);
        busy.push((user + system) / 1000);
      }
      if (!html.includes("</html>")) throw new Error(`${site} ${where} rendered nothing`);
      rows = (answer.model as { list?: { rows?: unknown[] } }).list?.rows?.length ?? null;
    }
    const at = (of: readonly number[], share: number) =>
      of.toSorted((a, b) => a - b)[Math.min(of.length - 1, Math.floor(of.length * share))] ?? 0;
    const cpu = busy.reduce((sum, one) => sum + one, 0) / busy.length;
    const wall = { p50: at(times, 0.5), p95: at(times, 0.95), max: at(times, 1) };
    const line = { site, page, ...wall, cpu, cpu95: at(busy, 0.95), rows };
    say(
      `${db.engine} ${site} ${page}: p50 ${line.p50.toFixed(1)} p95 ${line.p95.toFixed(1)} ms, cpu ${line.cpu.toFixed(1)}, ${rows ?? "–"} rows`,
    );
    lines.push(line);
  }
  return lines;
}

function context(site: Site, where: string, language: PageContext["language"]): PageContext {
  return {
    language,
    site,
    nonce: "bench",
    csrfToken: "bench",
    path: where,
    url: where,
    now: systemClock.now(),
    viewer: null,
    signOutPath: null,
    navigation: [],
    flash: null,
    fragment: false,
  };
}

const fixed = (value: number, digits = 1): string => value.toFixed(digits);

const PAGE_MS = 30;

function verdicts({ engine, startsIn, lines, exported }: Measured): string[] {
  const slow = lines.filter(({ p95 }) => p95 > PAGE_MS);
  const worst = Math.max(...lines.map(({ p95 }) => p95));
  const worstCpu = Math.max(...lines.map(({ cpu95 }) => cpu95));
  const { held, alone } = exported;
  return [
    `| ${engine} | every page, p95 | ${atMost(worst, PAGE_MS, "ms")}${slow.length > 0 ? `: ${slow.length} of ${lines.length} pages over it` : ""} |`,
    `| ${engine} | the same by the thread's processor time | ${atMost(worstCpu, PAGE_MS, "ms")} |`,
    `| ${engine} | start-up | ${atMost(startsIn, 2, "s")} |`,
    `| ${engine} | event loop held by an export | ${atMost(held.wall, 50, "ms")}, our own work ${fixed(held.own)} ms; ${fixed(alone.wall)} ms while nothing was done |`,
  ];
}

function report(all: readonly Measured[], at: Temporal.ZonedDateTime, load: number): string {
  const [cpu] = cpus();
  const keys = all[0]?.lines.map(({ site, page }) => ({ site, page })) ?? [];
  const of = (measured: Measured, site: Site, page: string) =>
    measured.lines.find((line) => line.site === site && line.page === page);
  return [
    `# ${SIZE.certificates.toLocaleString("en")} certificates in ${SIZE.organizations.toLocaleString("en")} organisations, ${at.toPlainDate()}`,
    "",
    `\`npm run bench:million -- --certificates ${SIZE.certificates} --organizations ${SIZE.organizations}\` · Node ${process.versions.node} · ${availableParallelism()} cores (${cpu?.model.trim()}) · ${process.platform}-${process.arch} · load average at the start ${fixed(load)}`,
    "",
    "Milliseconds for route, page query and rendering in the process, both languages in turn. CPU is that of the main",
    "thread, which holds where the machine has other work; on PostgreSQL the server's own is not in it. One subscriber has",
    "a tenth of everything.",
    "",
    "| engine | asked | |",
    "|---|---|---|",
    ...all.flatMap(verdicts),
    "",
    ...all.map(
      ({ engine, filledIn, exported }) =>
        `- ${engine}: filled in ${fixed(filledIn, 0)} s; exported ${exported.rows.toLocaleString("en")} rows in ${fixed(exported.seconds)} s (${fixed(exported.megabytes, 0)} MB, resident memory +${fixed(exported.memoryMiB, 0)} MiB)`,
    ),
    "",
    `| site | page |${all.map(({ engine }) => ` ${engine} p50 | p95 | max | CPU | CPU p95 | rows |`).join("")}`,
    `|---|---|${all.map(() => "--:|--:|--:|--:|--:|--:|").join("")}`,
    ...keys.map(
      ({ site, page }) =>
        `| ${site} | ${page} |${all
          .map((measured) => {
            const line = of(measured, site, page);
            return line
              ? ` ${fixed(line.p50)} | ${line.p95 > PAGE_MS ? `**${fixed(line.p95)}**` : fixed(line.p95)} | ${fixed(line.max)} | ${fixed(line.cpu)} | ${fixed(line.cpu95)} | ${line.rows ?? "–"} |`
              : " | | | | | |";
          })
          .join("")}`,
    ),
    "",
  ].join("\n");
}

const [load = 0] = loadavg();
const all: Measured[] = [];
for (const engine of options.engine as Engine[]) all.push(await measureOn(engine));
const at = Temporal.Now.zonedDateTimeISO("UTC");
const text = report(all, at, load);
process.stdout.write(text);
if (!options["no-file"]) {
  const results = path.join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, `${at.toPlainDate()}-million.md`), text);
}
