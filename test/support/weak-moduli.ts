import { generateKeyPairSync } from "node:crypto";
import * as der from "../../server/pki/der.ts";
import { toBigInt } from "../../server/pki/der-reader.ts";
import { encodeName, OID, publicKeyOf, spkiOf, toPem } from "../../server/pki/index.ts";
import { algorithmIdentifier } from "../../server/pki/signature-algorithms.ts";

/** Keys with the weaknesses of history, made at run time; nobody needs their private halves. */

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let b = base % modulus, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus)
    if (e & 1n) result = (result * b) % modulus;
  return result;
}

const isPrime = (n: bigint): boolean => [2n, 3n, 5n, 7n].every((base) => power(base, n - 1n, n) === 1n);

function nextPrime(from: bigint): bigint {
  let n = from | 1n;
  while (!isPrime(n)) n += 2n;
  return n;
}

const primesBelow = (limit: number): bigint[] =>
  Array.from({ length: limit - 3 }, (_, i) => i + 3)
    .filter((n) =>
      Array.from({ length: Math.floor(Math.sqrt(n)) - 1 }, (_, i) => i + 2).every((d) => n % d !== 0),
    )
    .map(BigInt);

/** A modulus as Infineon's library made them: a power of 65537 modulo every small prime (CVE-2017-15361). */
export function rocaModulus(): bigint {
  const product = primesBelow(168).reduce((all, prime) => all * prime);
  const others = primesBelow(752).filter((prime) => prime > 167n);
  let modulus = (1n << 2047n) + product - ((1n << 2047n) % product) + power(65537n, 12_345n, product);
  while (modulus % 2n === 0n || others.some((prime) => modulus % prime === 0n)) modulus += product;
  return modulus;
}

/** Two primes next to each other: Fermat finds them at once (CVE-2022-26320). */
export function closePrimesModulus(): bigint {
  const p = nextPrime((1n << 1024n) - (1n << 900n) + 0x9e3779b97f4a7c15n);
  return p * nextPrime(p + 1000n);
}

/** A modulus that 751 divides: the largest of the primes that must not. */
export function smallFactorModulus(): bigint {
  const key = publicKeyOf(spkiOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey));
  if (key.type !== "RSA") throw new Error("not RSA");
  const modulus = toBigInt(key.modulus);
  return modulus - (modulus % 1502n) + 751n;
}

export const rsaSpki = (modulus: bigint, exponent = 65537n): Uint8Array =>
  der.sequence(
    der.sequence(der.oid(OID.rsaEncryption), der.nullValue()),
    der.bitString(der.sequence(der.integer(modulus), der.integer(exponent))),
  );

/** A request with this key and a signature that nobody made: its key is refused before anybody looks at that. */
export function unsignedRequest(spki: Uint8Array): string {
  const info = der.sequence(
    der.integer(0),
    encodeName([{ type: "CN", value: "www.example.ac.jp" }]),
    spki,
    der.constructed(0xa0, []),
  );
  const signature = der.bitString(new Uint8Array(256).fill(1));
  return toPem(
    "CERTIFICATE REQUEST",
    der.sequence(info, algorithmIdentifier("sha256WithRSAEncryption"), signature),
  );
}
