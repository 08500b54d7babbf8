import { describe, expect, it } from "vitest";
import * as der from "./der.ts";
import { toBigInt } from "./der-reader.ts";
import { type KeyWeakness, requireStrongKey, weaknessOf } from "./key-strength.ts";
import { generateKey, keyIdentifierOf, type PublicKeyInfo, publicKeyOf, spkiOf } from "./keys.ts";
import { OID } from "./oids.ts";

function rsa(modulus: bigint, exponent = 65537n): PublicKeyInfo {
  const algorithm = der.sequence(der.oid(OID.rsaEncryption), der.nullValue());
  return publicKeyOf(
    der.sequence(algorithm, der.bitString(der.sequence(der.integer(modulus), der.integer(exponent)))),
  );
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let b = base % modulus, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus)
    if (e & 1n) result = (result * b) % modulus;
  return result;
}

/** Miller–Rabin with a few bases: good enough to make test moduli. */
function isPrime(n: bigint): boolean {
  let d = n - 1n;
  let twos = 0;
  for (; d % 2n === 0n; d >>= 1n) twos += 1;
  return [2n, 3n, 5n, 7n].every((base) => {
    let x = power(base, d, n);
    if (x === 1n || x === n - 1n) return true;
    for (let i = 1; i < twos; i += 1) {
      x = (x * x) % n;
      if (x === n - 1n) return true;
    }
    return false;
  });
}

function nextPrime(from: bigint): bigint {
  let n = from | 1n;
  while (!isPrime(n)) n += 2n;
  return n;
}

const SOME_1024 = (1n << 1024n) - (1n << 900n) + 0x9e3779b97f4a7c15n;

describe("weak RSA keys", async () => {
  const fresh = publicKeyOf(spkiOf((await generateKey("RSA-2048")).publicKey));
  const modulus = fresh.type === "RSA" ? toBigInt(fresh.modulus) : 0n;
  const p = nextPrime(SOME_1024);
  const q = nextPrime(p + 1000n);
  const product = [
    3n,
    5n,
    7n,
    11n,
    13n,
    17n,
    19n,
    23n,
    29n,
    31n,
    37n,
    41n,
    43n,
    47n,
    53n,
    59n,
    61n,
    67n,
    71n,
    73n,
    79n,
    83n,
    89n,
    97n,
    101n,
    103n,
    107n,
    109n,
    113n,
    127n,
    131n,
    137n,
    139n,
    149n,
    151n,
    157n,
    163n,
    167n,
  ].reduce((all, prime) => all * prime);
  // Congruent to a power of 65537 modulo the product of the primes, as Infineon's moduli are.
  let roca = (1n << 2047n) + product - ((1n << 2047n) % product) + power(65537n, 12345n, product);
  while (
    roca % 2n === 0n ||
    [173n, 179n, 181n, 191n, 193n, 197n, 199n].some((prime) => roca % prime === 0n) ||
    weaknessOf(rsa(roca)) === "small-factor"
  )
    roca += product;

  it.each<[string, PublicKeyInfo, KeyWeakness | null]>([
    ["fresh out of OpenSSL", fresh, null],
    ["1024 bits", rsa((1n << 1023n) + 1n), "modulus-too-short"],
    ["2047 bits", rsa((1n << 2046n) + 1n), "modulus-too-short"],
    ["2049 bits", rsa((1n << 2048n) + 1n), "modulus-not-whole-bytes"],
    ["16384 bits", rsa((1n << 16383n) + 1n), "modulus-too-long"],
    ["even", rsa(modulus - 1n), "modulus-even"],
    ["exponent 3", rsa(modulus, 3n), "exponent"],
    ["exponent 65536", rsa(modulus, 65536n), "exponent"],
    ["exponent of 257 bits", rsa(modulus, (1n << 256n) + 1n), "exponent"],
    ["a factor 751", rsa(modulus - (modulus % 1502n) + 751n), "small-factor"],
    ["primes next to each other", rsa(p * q), "close-primes"],
    [
      "primes that Fermat finds in the 32nd round or so",
      rsa(p * nextPrime(p + (1n << 516n))),
      "close-primes",
    ],
    ["primes that it would find after 500 rounds", rsa(p * nextPrime(p + (1n << 518n))), null],
    ["the square of a prime", rsa(p * p), "close-primes"],
    ["ROCA", rsa(roca), "roca"],
  ])("%s", (_what, key, why) => {
    expect(weaknessOf(key)).toBe(why);
    if (why === null) expect(() => requireStrongKey(key)).not.toThrow();
    else
      expect(() => requireStrongKey(key)).toThrowError(
        expect.objectContaining({ code: "key-weak", params: { why } }),
      );
  });
});

describe("EC points", () => {
  it.each(["P-256", "P-384"] as const)(
    "%s out of OpenSSL lies on its curve; one bit off does not",
    async (kind) => {
      const { spki } = publicKeyOf(spkiOf((await generateKey(kind)).publicKey));
      expect(weaknessOf(publicKeyOf(spki))).toBeNull();
      const broken = Uint8Array.from(spki);
      broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
      expect(weaknessOf(publicKeyOf(broken))).toBe("point-not-on-curve");
    },
  );
});

it("the key identifier is method 1 of RFC 7093: 160 bits of SHA-256", async () => {
  const { spki } = publicKeyOf(spkiOf((await generateKey("P-256")).publicKey));
  const bits = spki.slice(-65);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bits));
  expect(keyIdentifierOf(spki)).toEqual(hash.slice(0, 20));
});
