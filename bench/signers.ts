import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { keyFolder } from "../server/adapters/key-folder.ts";
import type { KeyKind, KeyStore } from "../server/adapters/key-store.ts";
import { openToken } from "../server/adapters/signer-pkcs11.ts";
import { fileKeys } from "../server/authority/index.ts";
import { systemClock } from "../server/kernel/clock.ts";
import { softHsm, softHsmAbsent } from "../test/support/softhsm.ts";

/**
 * Signatures a second with the same kinds of key in a file and in a token, as many at once as each lets through:
 * `node bench/signers.ts [--signatures 1000] [--key RSA-2048] [--no-file]`. The token is SoftHSM2: software on this
 * machine's own cores, so what is seen is the cost of the way there, not the speed of an HSM.
 */
const { values: options } = parseArgs({
  options: {
    signatures: { type: "string", default: "1000" },
    key: { type: "string", multiple: true, default: ["RSA-2048", "P-256"] },
    sessions: { type: "string", multiple: true, default: ["1", "2", "4"] },
    "no-file": { type: "boolean", default: false },
  },
});
const SIGNATURES = Number(options.signatures);
const bytes = crypto.getRandomValues(new Uint8Array(700));
const lines: string[] = [];
const say = (line: string) => {
  lines.push(line);
  process.stdout.write(`${line}\n`);
};

interface Rate {
  readonly perSecond: number;
  /** Microseconds of this process's processor time a signature, all threads. */
  readonly processorTime: number;
}

async function rate(store: KeyStore, kind: KeyKind): Promise<Rate> {
  const name = `bench-${kind}`;
  const signer = await store.create(name, kind);
  try {
    const sign = (count: number) => Promise.all(Array.from({ length: count }, () => signer.sign(bytes)));
    await sign(50);
    const spent = process.cpuUsage();
    const start = performance.now();
    await sign(SIGNATURES);
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(spent);
    return { perSecond: SIGNATURES / seconds, processorTime: (user + system) / SIGNATURES };
  } finally {
    await store.remove(name);
  }
}

const row = (where: string, kind: string, { perSecond, processorTime }: Rate) =>
  say(`| ${where} | ${kind} | ${Math.round(perSecond)} | ${Math.round(processorTime)} |`);

const kinds = options.key as KeyKind[];
const folder = mkdtempSync(path.join(tmpdir(), "inkan-bench-"));
const hsm = softHsmAbsent === null ? softHsm() : null;
try {
  say(
    `Signatures a second (${SIGNATURES} each, 700 bytes; ${cpus()[0]?.model ?? "?"}, ${availableParallelism()} cores)\n`,
  );
  say("| keys in | kind | signatures/s | µs of processor each |\n|---|---|---:|---:|");
  for (const kind of kinds) {
    row(
      "file",
      kind,
      await rate(fileKeys(keyFolder(folder), "a passphrase of the bench, long enough"), kind),
    );
  }
  if (!hsm) say(`\nThe token did not run: ${softHsmAbsent}`);
  for (const sessions of hsm ? options.sessions : []) {
    const label = `bench ${sessions}`;
    hsm?.add(label, "1234567890");
    const place = { module: hsm?.module ?? "", token: label, pin: "1234567890", sessions: Number(sessions) };
    const token = await openToken(place);
    for (const kind of kinds) row(`SoftHSM2, ${sessions} sessions`, kind, await rate(token, kind));
    await token.close();
  }
  if (!options["no-file"]) {
    const results = path.join(import.meta.dirname, "results");
    if (!existsSync(results)) mkdirSync(results);
    const day = systemClock.now().toZonedDateTimeISO("Asia/Tokyo").toPlainDate();
    const command = `\nMade by \`node bench/signers.ts ${process.argv.slice(2).join(" ")}\` on Node ${process.versions.node}.`;
    const version = hsm
      ? ` SoftHSM ${execFileSync("softhsm2-util", ["--version"], { encoding: "utf8" }).trim()}.`
      : "";
    writeFileSync(path.join(results, `${day}-signers.md`), `${lines.join("\n")}\n${command}${version}\n`);
  }
} finally {
  hsm?.remove();
  rmSync(folder, { recursive: true, force: true });
}
