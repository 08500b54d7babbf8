import { type ChildProcess, execFileSync, fork, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { issuerOf } from "../server/authority/index.ts";
import { openDatabase } from "../server/db/index.ts";
import { systemClock } from "../server/kernel/clock.ts";
import * as der from "../server/pki/der.ts";
import { publicKeyBits } from "../server/pki/index.ts";
import { establishTestHierarchies } from "../test/support/issuing.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import type { Figures } from "./ocsp-server.ts";
import { storeCertificates } from "./stored-certificates.ts";
import { atLeast, atMost } from "./verdict.ts";

/**
 * OCSP over uniformly random serials out of many stored certificates, GET and POST, beside a bare node:http server that
 * returns a constant of the same size, asked by the same tool in the same run: `npm run bench:ocsp`. Results go to
 * bench/results/. The tool is wrk where it is installed. Every serial is asked for once before the warm figures.
 */
const { values: options } = parseArgs({
  options: {
    certificates: { type: "string", default: "1000000" },
    engine: { type: "string", default: "sqlite" },
    seconds: { type: "string", default: "10" },
    connections: { type: "string", default: "32" },
    "cache-mib": { type: "string", default: "128" },
    "no-file": { type: "boolean", default: false },
  },
});
const CERTIFICATES = Number(options.certificates);
const SECONDS = Number(options.seconds);
const CONNECTIONS = Number(options.connections);
const MIB = 1024 * 1024;
/** One in ten is revoked. */
const isRevoked = (index: number) => index % 10 === 0;

interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Microseconds of the answering process an answer: steadier than the rate where others work beside it. */
  readonly processor: number;
}
interface Row extends Load {
  readonly what: string;
  /** What the bare server answered a second, and its processor time an answer. */
  readonly bare: Pick<Load, "perSecond" | "processor"> | null;
}

const folder = mkdtempSync(path.join(tmpdir(), "inkan-bench-"));
const scriptFile = path.join(folder, "load.lua");

/** The bytes of a request before and after its serial, as openssl and every lightweight client write it. */
function requestParts(issuer: Awaited<ReturnType<typeof issuerOf>>, nonce: boolean) {
  const sha1 = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest();
  const serial = Buffer.alloc(17, 0x5a);
  const certId = der.sequence(
    der.sequence(der.oid("1.3.14.3.2.26"), der.nullValue()),
    der.octetString(sha1(issuer.subjectDer)),
    der.octetString(sha1(publicKeyBits(issuer.spki))),
    der.integerFromBytes(serial),
  );
  const list = der.sequence(der.sequence(certId));
  const value = der.octetString(der.octetString(Buffer.alloc(32, 7)));
  const extension = der.sequence(der.oid("1.3.6.1.5.5.7.48.1.2"), value);
  const whole = Buffer.from(
    der.sequence(nonce ? der.sequence(list, der.context(2, der.sequence(extension))) : der.sequence(list)),
  );
  const at = whole.indexOf(serial);
  return { before: whole.subarray(0, at), after: whole.subarray(at + serial.length) };
}

const escaped = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("");

/** wrk asks for random serials out of a file of them; each thread reads it whole. */
function script(method: "GET" | "POST", parts: ReturnType<typeof requestParts>, serials: string): string {
  return `
local f = io.open("${serials}", "rb"); local serials = f:read("*a"); f:close()
local count = #serials / 17
local before = "${escaped(parts.before)}"
local after = "${escaped(parts.after)}"
local char, byte, floor = string.char, string.byte, math.floor
local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
local function base64(s)
  local out = {}
  for i = 1, #s, 3 do
    local a, b, c = byte(s, i, i + 2)
    local n = a * 65536 + (b or 0) * 256 + (c or 0)
    local d1, d2, d3, d4 = floor(n / 262144), floor(n / 4096) % 64, floor(n / 64) % 64, n % 64
    out[#out + 1] = digits:sub(d1 + 1, d1 + 1) .. digits:sub(d2 + 1, d2 + 1)
    if b then out[#out + 1] = digits:sub(d3 + 1, d3 + 1) end
    if c then out[#out + 1] = digits:sub(d4 + 1, d4 + 1) end
  end
  return table.concat(out)
end
local seed = 0
function setup(thread) seed = seed + 1; thread:set("seed", os.time() + seed * 7919) end
-- Made before the clock runs: the tool must not be what is measured.
local ready, READY = {}, 60000
function init(args)
  math.randomseed(seed)
  for i = 1, READY do
    local at = math.random(0, count - 1) * 17
    local der = before .. serials:sub(at + 1, at + 17) .. after
    ${
      method === "GET"
        ? `ready[i] = wrk.format("GET", "/ocsp/" .. base64(der))`
        : `ready[i] = wrk.format("POST", "/ocsp", { ["Content-Type"] = "application/ocsp-request" }, der)`
    }
  end
end
local at = 0
function request()
  at = at % READY + 1
  return ready[at]
end
function done(summary, latency, requests)
  io.write(string.format("RESULT %f %f %d %d\\n", summary.requests / (summary.duration / 1e6), latency:percentile(99) / 1000, summary.errors.status + summary.errors.read + summary.errors.timeout, summary.requests))
end
`;
}

async function load(
  server: Server,
  method: "GET" | "POST",
  parts: ReturnType<typeof requestParts>,
  serials: string,
  seconds = SECONDS,
): Promise<Load> {
  const before = await figures(server);
  writeFileSync(scriptFile, script(method, parts, serials));
  const { stdout, stderr, status } = spawnSync(
    "wrk",
    [
      "-t1",
      `-c${CONNECTIONS}`,
      `-d${seconds}s`,
      "--timeout",
      "10s",
      "-s",
      scriptFile,
      `http://127.0.0.1:${server.port}/`,
    ],
    { encoding: "utf8" },
  );
  const [, perSecond, p99, errors, requests] = /RESULT (\S+) (\S+) (\d+) (\d+)/.exec(stdout) ?? [];
  if (status !== 0 || perSecond === undefined || Number(errors) > 0)
    throw new Error(`wrk: ${stdout}${stderr}`);
  const { processor } = await figures(server);
  return {
    perSecond: Number(perSecond),
    p99: Number(p99),
    processor: (processor - before.processor) / Number(requests),
  };
}

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(settings: object): Promise<Server> {
  const child = fork(path.join(import.meta.dirname, "ocsp-server.ts"), [JSON.stringify(settings)]);
  const { port } = await answerOf<{ port: number }>(child);
  return { child, port };
}
const answerOf = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the server ended with ${code}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message as T);
    });
  });
function figures({ child }: Server): Promise<Figures> {
  const answer = answerOf<Figures>(child);
  child.send("figures");
  return answer;
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const post = (port: number, body: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const headers = { "content-type": "application/ocsp-request", "content-length": body.length };
    const asked = request(
      { host: "127.0.0.1", port, path: "/ocsp", method: "POST", agent, headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => resolve(Buffer.concat(chunks)));
      },
    );
    asked.once("error", reject).end(body);
  });

/** Every serial once: what nobody asked for before is read from the database and signed. */
async function warm(
  server: Server,
  parts: ReturnType<typeof requestParts>,
  serials: readonly string[],
): Promise<Load> {
  const times: number[] = [];
  let next = 0;
  const before = await figures(server);
  const begun = performance.now();
  const one = async () => {
    for (let at = next++; at < serials.length; at = next++) {
      const start = performance.now();
      await post(
        server.port,
        Buffer.concat([parts.before, Buffer.from(serials[at] ?? "", "hex"), parts.after]),
      );
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  const seconds = (performance.now() - begun) / 1000;
  times.sort((a, b) => a - b);
  const { processor } = await figures(server);
  return {
    perSecond: serials.length / seconds,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
    processor: (processor - before.processor) / serials.length,
  };
}

async function main(): Promise<string> {
  const server = options.engine === "postgres" ? await startPostgres({ durable: false }) : null;
  const place = { url: server?.url ?? null, file: path.join(folder, "inkan.sqlite") };
  const keys = path.join(folder, "keys");
  try {
    const db = await openDatabase(place);
    await establishTestHierarchies(db, systemClock, keys);
    const issuer = await issuerOf(db.read, "CUSTOMER_OV");
    const serials = await storeCertificates(db, place, issuer.id, CERTIFICATES, isRevoked);
    await db.close();
    const serialFile = path.join(folder, "serials");
    writeFileSync(serialFile, Buffer.from(serials.join(""), "hex"));
    const plain = requestParts(issuer, false);
    const nonced = requestParts(issuer, true);

    const responder = await start({ ...place, keys, cacheMib: Number(options["cache-mib"]) });
    const empty = await figures(responder);
    const sample = Buffer.concat([plain.before, Buffer.from(serials[1] ?? "", "hex"), plain.after]);
    const size = (await post(responder.port, sample)).length;
    const bare = await start({ bare: size });
    const rows: Row[] = [];
    const cold = await warm(responder, plain, serials);
    rows.push({ what: "cold: read and signed, each serial once", ...cold, bare: null });
    for (const method of ["GET", "POST"] as const) {
      await load(bare, method, plain, serialFile, 3);
      const limit = await load(bare, method, plain, serialFile);
      await load(responder, method, plain, serialFile, 3);
      const warmed = await load(responder, method, plain, serialFile);
      const again = await load(bare, method, plain, serialFile);
      const mean = {
        perSecond: (limit.perSecond + again.perSecond) / 2,
        processor: (limit.processor + again.processor) / 2,
      };
      rows.push({ what: `bare node:http, ${method}`, ...limit, ...mean, bare: null });
      rows.push({ what: `cache warm, ${method}`, ...warmed, bare: mean });
    }
    const before = await figures(responder);
    const live = await load(responder, "POST", nonced, serialFile);
    rows.push({ what: "with a nonce, POST", ...live, bare: null });
    const full = await figures(responder);
    for (const { child } of [responder, bare]) child.disconnect();
    return report(rows, size, empty, before, full);
  } finally {
    agent.destroy();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");

function verdicts({ what, perSecond, p99, processor, bare }: Row): string[] {
  if (bare === null) return [];
  return [
    `| ${what}, of the bare server | ${atLeast((100 * perSecond) / bare.perSecond, 50, "%")}, by processor time ${atLeast((100 * bare.processor) / processor, 50, "%")} |`,
    `| ${what}, p99 | ${atMost(p99, 10, "ms")} |`,
  ];
}

function report(rows: readonly Row[], size: number, empty: Figures, warmed: Figures, full: Figures): string {
  const [cpu] = cpus();
  return [
    `# OCSP, ${at.toPlainDate()}`,
    "",
    `\`npm run bench:ocsp -- --certificates ${CERTIFICATES} --engine ${options.engine} --seconds ${SECONDS}\` · Node ${process.versions.node} · ${availableParallelism()} cores (${cpu?.model.trim()}) · ${process.platform}-${process.arch} · load average at the start ${initialLoad.toFixed(1)}`,
    "",
    `${whole(CERTIFICATES)} certificates stored, one in ten revoked; answers of ${whole(size)} bytes; uniformly random serials over`,
    `${CONNECTIONS} connections, asked by ${execFileSync("sh", ["-c", "wrk -v 2>&1 | head -1 || true"], { encoding: "utf8" }).split("Copyright")[0]?.trim()} on the same machine. Beside each warm figure a node:http server that`,
    "returns a constant of the same size, the mean of before and after.",
    "",
    "| | answers/s | of the bare server | p99, ms | processor, µs |",
    "|---|--:|--:|--:|--:|",
    ...rows.map(
      ({ what, perSecond, p99, processor, bare }) =>
        `| ${what} | ${whole(perSecond)} | ${bare === null ? "" : (perSecond / bare.perSecond).toFixed(2)} | ${p99.toFixed(1)} | ${whole(processor)} |`,
    ),
    "",
    "| asked | |",
    "|---|---|",
    ...rows.flatMap(verdicts),
    `| memory, bounded | ${atMost((full.rss - empty.rss) / MIB, Number(options["cache-mib"]) + 256, "MiB more than at the start")} |`,
    "",
    `Memory of the responder's process: ${whole(empty.rss / MIB)} MiB before the first request, ${whole(warmed.rss / MIB)} MiB with ${whole(warmed.cached)} answers in`,
    `memory (bounded at ${options["cache-mib"]} MiB), ${whole(full.rss / MIB)} MiB after the nonces; ${whole(warmed.signatures)} signatures before those.`,
    "",
  ].join("\n");
}

const [initialLoad = 0] = loadavg();
const at = Temporal.Now.zonedDateTimeISO("UTC");
const text = await main();
process.stdout.write(text);
if (!options["no-file"]) {
  const results = path.join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, `${at.toPlainDate()}-ocsp.md`), text);
}
