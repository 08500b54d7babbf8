import { hash } from "node:crypto";
import type { PublicKeyInfo } from "./keys.ts";

/**
 * Lists of keys that are known one by one: those that Debian's OpenSSL made between 2006 and 2008 (CVE-2008-0166), and
 * whatever else an operator of the server has a list of (BR 6.1.1.3, 4.9.1.1). Data like the list of public suffixes:
 * read once at the start, the same for everybody.
 *
 * A line is one key, in one of two forms; `#` begins a comment:
 * - 20 hex digits, as in Debian's openssl-blacklist: the last 80 bits of the SHA-1 of `Modulus=<upper-case hex>\n`,
 *   which `openssl rsa -noout -modulus` prints. Nothing rests on SHA-1 here but the name of a file's line.
 * - 64 hex digits: the SHA-256 of the SubjectPublicKeyInfo, for keys of every type.
 */
export interface WeakKeyList {
  readonly moduli: readonly bigint[];
  readonly spkiSha256s: readonly string[];
}

/** @throws RangeError with the number of the first line that is neither form: half a list is no list */
export function readWeakKeyList(text: string): WeakKeyList {
  const moduli: bigint[] = [];
  const spkiSha256s: string[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/#.*/, "").trim().toLowerCase();
    if (line === "") continue;
    if (/^[0-9a-f]{20}$/.test(line)) moduli.push(BigInt(`0x${line.slice(-LOW_DIGITS)}`));
    else if (/^[0-9a-f]{64}$/.test(line)) spkiSha256s.push(line);
    else throw new RangeError(`line ${index + 1}`);
  }
  return { moduli, spkiSha256s };
}

/** 64 of the 80 bits: eight bytes a key instead of a hundred, and a false hit once in 2^44 keys of a million lines. */
const LOW_DIGITS = 16;

/** What the lists in use name. The moduli lie in memory that threads share. */
export interface WeakKeys {
  readonly moduli: BigUint64Array<SharedArrayBuffer>;
  readonly spkis: ReadonlySet<string>;
}

let inUse: WeakKeys = { moduli: new BigUint64Array(new SharedArrayBuffer(0)), spkis: new Set() };

/** Makes these lists the ones that count, instead of those before. Gives how many keys they name. */
export function useWeakKeyLists(lists: readonly WeakKeyList[]): number {
  const found = lists.flatMap((list) => list.moduli);
  const moduli = new BigUint64Array(new SharedArrayBuffer(8 * found.length));
  moduli.set(found);
  inUse = { moduli: moduli.sort(), spkis: new Set(lists.flatMap((list) => list.spkiSha256s)) };
  return inUse.moduli.length + inUse.spkis.size;
}

/** What counts in this thread, to be made to count in another one. */
export const weakKeysInUse = (): WeakKeys => inUse;

export function useWeakKeys(keys: WeakKeys): void {
  inUse = keys;
}

/** Does one of the lists in use name this key? */
export function isListedWeak(key: PublicKeyInfo): boolean {
  const { moduli, spkis } = inUse;
  if (spkis.has(key.spkiSha256)) return true;
  return key.type === "RSA" && moduli.length > 0 && holds(moduli, fingerprintOf(key.modulus));
}

function fingerprintOf(modulus: Uint8Array): bigint {
  const printed = `Modulus=${modulus.toHex().toUpperCase()}\n`;
  return BigInt(`0x${hash("sha1", printed, "hex").slice(-LOW_DIGITS)}`);
}

function holds(sorted: WeakKeys["moduli"], wanted: bigint): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0n) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}
