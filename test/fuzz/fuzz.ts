import { createPublicKey, X509Certificate } from "node:crypto";
import process from "node:process";
import fc from "fast-check";
import { isProblem } from "../../server/kernel/problem.ts";
import { equalBytes } from "../../server/pki/der.ts";
import { DerError, readDer } from "../../server/pki/der-reader.ts";
import { readServerName } from "../../server/pki/dns-names.ts";
import {
  type Csr,
  lintTbs,
  type PublicKeyInfo,
  parseCertificate,
  parseCrl,
  parseCsr,
  requireStrongKey,
  toPem,
  verifyCsrSignature,
} from "../../server/pki/index.ts";
import { readOcspRequest } from "../../server/pki/ocsp-request.ts";
import { CONTEXT, TODAY } from "../pki/lint-content.ts";
import { type Chance, chance, mutate, writtenAgain } from "./mutate.ts";
import { type CertificateSeed, makeSeeds, type Seeds } from "./seeds.ts";

/** Everything that a stranger's CSR may be told; anything else is a crash. */
const CSR_PROBLEMS: readonly string[] = [
  "csr-private-key",
  "csr-too-large",
  "csr-not-pem",
  "csr-other-type",
  "csr-malformed",
  "csr-signature-algorithm",
  "csr-signature-broken",
  "key-type-unsupported",
  "key-weak",
];

export interface FuzzReport {
  readonly inputs: number;
  readonly accepted: number;
  /** Processor time of the slowest input. */
  readonly slowestMs: number;
  /** Each with the seed that brings it back: crashes, wrong acceptances. Empty is what we want. */
  readonly faults: readonly string[];
}

type Verdict = "accepted" | "refused";
/** Throws on anything that must not be. */
type Judge = (of: Chance, seeds: Seeds) => Promise<Verdict> | Verdict;

/** How the inputs are shared out, in hundredths. */
const SHARES: readonly [share: number, name: string, judge: Judge][] = [
  [34, "request", (of, seeds) => judgeRequest(mutate(of.pick(seeds.requests), of, seeds.requests), seeds)],
  [6, "armoured request", (of, seeds) => judgeRequest(damagedText(of.pick(seeds.requests), of), seeds)],
  [28, "certificate", (of, seeds) => judgeCertificate(of, seeds)],
  [10, "list", (of, seeds) => judgeBytes(mutate(of.pick(seeds.lists), of, seeds.requests), parseCrl)],
  [
    6,
    "OCSP request",
    (of, seeds) => judgeBytes(mutate(of.pick(seeds.questions), of, seeds.requests), readOcspRequest),
  ],
  [6, "arbitrary DER", (of, seeds) => judgeRequest(arbitrary(of), seeds)],
  [10, "name", (of) => judgeName(of)],
];

/**
 * Feeds `inputs` damaged inputs to everything that reads what strangers send. `seed` makes the same inputs again, apart
 * from the keys, which are fresh.
 */
export async function fuzz(inputs: number, seed: number): Promise<FuzzReport> {
  const seeds = makeSeeds();
  const faults: string[] = [];
  let [done, accepted, slowest] = [0, 0, 0];
  for (const [share, name, judge] of SHARES) {
    const amount = Math.round((inputs * share) / 100);
    for (let i = 0; i < amount; i += 1) {
      const own = seed * 1_000_003 + done;
      const started = processor();
      try {
        if ((await judge(chance(own), seeds)) === "accepted") accepted += 1;
      } catch (error) {
        if (faults.length < 20)
          faults.push(`${name}, seed ${own}: ${error instanceof Error ? error.stack : error}`);
      }
      slowest = Math.max(slowest, processor() - started);
      done += 1;
    }
  }
  return { inputs: done, accepted, slowestMs: slowest, faults };
}

/** Milliseconds this thread has worked: a busy machine makes nothing slow here. */
function processor(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function judgeRequest(input: Uint8Array | string, seeds: Seeds): Promise<Verdict> {
  let csr: Csr;
  try {
    csr = parseCsr(input);
    requireStrongKey(csr.publicKey);
  } catch (error) {
    return refusal(error, CSR_PROBLEMS);
  }
  onlySpelling(csr.der);
  opensslAgrees(csr.publicKey);
  try {
    await verifyCsrSignature(csr);
  } catch (error) {
    return refusal(error, CSR_PROBLEMS);
  }
  // Signed: what its owner signed, unchanged. Damage around it (text, line ends) leaves that as it was.
  if (!seeds.requests.some((request) => equalBytes(request, csr.der)))
    throw new Error("a changed request verifies");
  return "accepted";
}

function judgeCertificate(of: Chance, seeds: Seeds): Verdict {
  const seed = of.pick(seeds.certificates);
  const input = mutate(seed.der, of, seeds.requests);
  let certificate: ReturnType<typeof parseCertificate>;
  try {
    certificate = parseCertificate(input);
  } catch (error) {
    return refusal(error, ["key-type-unsupported"]);
  }
  onlySpelling(input);
  const context = { ...CONTEXT, expected: seed.expected };
  const failures = lintTbs(certificate.tbs, seed.profile, TODAY, context);
  if (failures.length > 0) return "refused";
  if (!equalBytes(withoutDates(certificate.tbs), withoutDates(seed.tbs)))
    throw new Error("the lints let changed bytes pass");
  opensslReads(input, certificate.serial);
  return "accepted";
}

/** What the records say nothing about: a life within the limits may begin and end where it will. */
function withoutDates(tbs: CertificateSeed["tbs"]): Uint8Array {
  const fields = readDer(tbs, { name: "tbs", maxBytes: 1 << 16 }).children;
  return new Uint8Array(Buffer.concat(fields.filter((_, place) => place !== 4).map((field) => field.der)));
}

function judgeBytes(input: Uint8Array, read: (bytes: Uint8Array) => unknown): Verdict {
  try {
    read(input);
  } catch (error) {
    return refusal(error, []);
  }
  onlySpelling(input);
  return "accepted";
}

function judgeName(of: Chance): Verdict {
  const text = damagedName(of);
  const read = readServerName(text);
  if (typeof read === "string") return "refused";
  const again = readServerName(read.ascii);
  if (typeof again === "string" || again.ascii !== read.ascii || again.kind !== read.kind)
    throw new Error(`${JSON.stringify(text)} is read as ${read.ascii}, which is not read as itself`);
  if (
    read.kind !== "ip" &&
    !/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(read.ascii)
  )
    throw new Error(`${JSON.stringify(text)} is read as ${read.ascii}`);
  return "accepted";
}

/** A refusal by name, or the defect that it was. */
function refusal(error: unknown, problems: readonly string[]): "refused" {
  if (error instanceof DerError) return "refused";
  if (isProblem(error) && problems.includes(error.code)) return "refused";
  throw error;
}

function onlySpelling(bytes: Uint8Array): void {
  const again = writtenAgain(readDer(bytes, { name: "again", maxBytes: 1 << 20 }));
  if (!equalBytes(again, bytes)) throw new Error("accepted, but written again the bytes differ");
}

/** OpenSSL reads the same key out of the same bytes. */
function opensslAgrees(key: PublicKeyInfo): void {
  const theirs = createPublicKey({ key: Buffer.from(key.spki), format: "der", type: "spki" });
  const spki = theirs.export({ format: "der", type: "spki" });
  if (Buffer.compare(spki, key.spki) !== 0) throw new Error("OpenSSL writes another key");
  const { modulusLength, publicExponent, namedCurve } = theirs.asymmetricKeyDetails ?? {};
  const same =
    key.type === "RSA"
      ? modulusLength === key.bits && publicExponent === key.exponent
      : namedCurve === { "P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1" }[key.curve];
  if (!same) throw new Error("OpenSSL reads another key");
}

function opensslReads(bytes: Uint8Array, serial: string): void {
  const theirs = new X509Certificate(bytes);
  if (theirs.serialNumber.toLowerCase() !== serial) throw new Error("OpenSSL reads another serial");
}

function damagedText(request: Uint8Array, of: Chance): string {
  const text = [...toPem("CERTIFICATE REQUEST", request)];
  for (let times = of.below(4); times > 0; times -= 1) {
    const at = of.below(text.length);
    const kind = of.below(4);
    if (kind === 0) text.splice(at, 1);
    else if (kind === 1)
      text.splice(at, 0, of.pick(["\r", "\n", " ", "-", "=", "A", "あ", "\0", "-----END"]));
    else if (kind === 2) text[at] = of.pick([..."ABCxyz019+/=-\n"]);
    else text.splice(at, 0, ...text.slice(of.below(text.length), of.below(text.length)));
  }
  return text.join("");
}

const WORDS = [
  "www",
  "example",
  "jp",
  "co",
  "xn--wgv71a119e",
  "日本語",
  "*",
  "_a",
  "a--b",
  "8",
  "255",
  "::",
  "fe80",
  "%",
  "\0",
  "ß",
  "İ",
  "。",
  "xn--",
  "localhost",
  "arpa",
  "-",
  "a".repeat(64),
  "Ａ",
  "\u{200d}",
  "م",
];

function damagedName(of: Chance): string {
  const labels = Array.from({ length: 1 + of.below(6) }, () => of.pick(WORDS));
  const text = labels.join(of.pick([".", ".", ".", "..", "。", "", ":"]));
  return of.below(3) === 0 ? text.slice(of.below(text.length)) : text;
}

const leaf = fc.record({ tag: fc.integer({ min: 0, max: 255 }), content: fc.uint8Array({ maxLength: 40 }) });
interface Tree {
  readonly tag: number;
  readonly content: Uint8Array | readonly Tree[];
}
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, depthSize: "small" },
    leaf,
    fc.record({
      tag: fc.constantFrom(0x30, 0x31, 0xa0, 0xa1, 0xa3, 0x24),
      content: fc.array(tie("tree"), { maxLength: 6 }),
    }),
  ),
}));

/** Well-formed elements of any tags inside each other, as fast-check makes them. */
function arbitrary(of: Chance): Uint8Array {
  const [made] = fc.sample(tree, { numRuns: 1, seed: of.below(2 ** 31) });
  return made === undefined ? new Uint8Array() : bytesOf(made);
}

function bytesOf({ tag, content }: Tree): Uint8Array {
  const inner = content instanceof Uint8Array ? content : Buffer.concat(content.map(bytesOf));
  const length = inner.length < 128 ? [inner.length] : [0x82, inner.length >> 8, inner.length & 0xff];
  return new Uint8Array(Buffer.concat([Uint8Array.of(tag, ...length), inner]));
}
