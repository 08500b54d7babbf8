import { Problem } from "../kernel/problem.ts";
import { toBigInt } from "./der-reader.ts";
import type { Curve, PublicKeyInfo } from "./keys.ts";
import { isListedWeak } from "./weak-key-lists.ts";

/** Why a key is refused; the catalogues say it in words. */
export type KeyWeakness =
  | "modulus-too-short"
  | "modulus-too-long"
  | "modulus-not-whole-bytes"
  | "modulus-even"
  | "exponent"
  | "small-factor"
  | "close-primes"
  | "roca"
  | "point-not-on-curve"
  | "listed";

/** An 8192-bit key costs every client; nobody needs a longer one, and the size bounds what a check may cost. */
const LONGEST_MODULUS = 8192;

/**
 * What is wrong with a subscriber's key, or null (BR 6.1.5, 6.1.6, 4.9.1.1 and 6.1.1.3). Pure arithmetic, well under a
 * millisecond for RSA-2048. Keys that are known one by one stand in lists (Debian's) or, where they were reported, in
 * the table of compromised keys.
 */
export function weaknessOf(key: PublicKeyInfo): KeyWeakness | null {
  if (isListedWeak(key)) return "listed";
  if (key.type === "EC") return isOnCurve(key.curve, key.point) ? null : "point-not-on-curve";
  if (key.bits < 2048) return "modulus-too-short";
  if (key.bits > LONGEST_MODULUS) return "modulus-too-long";
  if (key.bits % 8 !== 0) return "modulus-not-whole-bytes";
  const modulus = toBigInt(key.modulus);
  if (modulus % 2n === 0n) return "modulus-even";
  // BR 6.1.6: odd, and between 2^16 + 1 and 2^256 - 1.
  if (key.exponent % 2n === 0n || key.exponent < 65537n || key.exponent >= 1n << 256n) return "exponent";
  const residues = residuesOf(modulus);
  if (residues.includes(0)) return "small-factor";
  if (looksLikeRoca(residues)) return "roca";
  if (hasClosePrimes(modulus, 100)) return "close-primes";
  return null;
}

/** @throws Problem key-weak with a KeyWeakness */
export function requireStrongKey(key: PublicKeyInfo): void {
  const why = weaknessOf(key);
  if (why !== null) throw new Problem("key-weak", { why });
}

/** The odd primes below 752: BR 6.1.6 asks for no smaller factor. */
const SMALL_PRIMES: readonly number[] = (() => {
  const primes: number[] = [];
  for (let n = 3; n < 752; n += 2) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes;
})();

/** The primes in groups whose product a double holds exactly: one division of the big number a group. */
const PRIME_GROUPS: readonly { product: bigint; primes: readonly number[] }[] = (() => {
  const groups: { product: bigint; primes: number[] }[] = [];
  let current = { product: 1n, primes: [] as number[] };
  for (const prime of SMALL_PRIMES) {
    if (current.product * BigInt(prime) > BigInt(Number.MAX_SAFE_INTEGER)) {
      groups.push(current);
      current = { product: 1n, primes: [] };
    }
    current.product *= BigInt(prime);
    current.primes.push(prime);
  }
  groups.push(current);
  return groups;
})();

function residuesOf(modulus: bigint): number[] {
  const residues: number[] = [];
  for (const { product, primes } of PRIME_GROUPS) {
    const rest = Number(modulus % product);
    for (const prime of primes) residues.push(rest % prime);
  }
  return residues;
}

/**
 * ROCA (CVE-2017-15361): Infineon's library made primes of the form k·M + (65537^a mod M), so that the modulus is a
 * power of 65537 modulo every small prime up to 167. A random modulus passes all of them about once in 2^27.
 */
const ROCA_POWERS: readonly ReadonlySet<number>[] = SMALL_PRIMES.filter((prime) => prime <= 167).map(
  (prime) => {
    const powers = new Set<number>();
    for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power);
    return powers;
  },
);

function looksLikeRoca(residues: readonly number[]): boolean {
  return ROCA_POWERS.every((powers, i) => powers.has(residues[i] ?? 0));
}

function squareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt(Math.ceil(n.toString(16).length * 2) + 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** Squares modulo 2^6·63·65·11: a cheap test that lets only one in a hundred non-squares reach the square root. */
const SQUARE_FILTER: readonly { modulus: number; squares: ReadonlySet<number> }[] = [64, 63, 65, 11].map(
  (modulus) => ({
    modulus,
    squares: new Set(Array.from({ length: modulus }, (_, i) => (i * i) % modulus)),
  }),
);
const FILTER_MODULUS = BigInt(64 * 63 * 65 * 11);

function isSquare(n: bigint): boolean {
  const rest = Number(n % FILTER_MODULUS);
  if (!SQUARE_FILTER.every(({ modulus, squares }) => squares.has(rest % modulus))) return false;
  const root = squareRoot(n);
  return root * root === n;
}

/** Fermat's factorisation: finds p and q that lie close together (BR 6.1.1.3: at least 100 rounds). */
function hasClosePrimes(modulus: bigint, rounds: number): boolean {
  let a = squareRoot(modulus);
  if (a * a < modulus) a += 1n;
  let difference = a * a - modulus;
  for (let round = 0; round < rounds; round += 1) {
    if (isSquare(difference)) return true;
    difference += 2n * a + 1n;
    a += 1n;
  }
  return false;
}

/** y² = x³ − 3x + b over p (SEC 2, FIPS 186-5). The cofactor is 1: on the curve is in the group. */
const WEIERSTRASS: Readonly<Record<Curve, { bytes: number; p: bigint; b: bigint }>> = {
  "P-256": {
    bytes: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  "P-384": {
    bytes: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  "P-521": {
    bytes: 66,
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
};

/** BR 6.1.6: the point is uncompressed, its coordinates are below p and satisfy the equation. */
function isOnCurve(curve: Curve, point: Uint8Array): boolean {
  const { bytes, p, b } = WEIERSTRASS[curve];
  if (point.length !== 1 + 2 * bytes || point[0] !== 4) return false;
  const x = toBigInt(point.subarray(1, 1 + bytes));
  const y = toBigInt(point.subarray(1 + bytes));
  return x < p && y < p && (y * y - (x * x * x - 3n * x + b)) % p === 0n;
}
