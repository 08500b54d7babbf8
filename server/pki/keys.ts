import { generateKeyPair, hash, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { Problem } from "../kernel/problem.ts";
import { TAG } from "./der.ts";
import { DerError, type DerNode, readDer } from "./der-reader.ts";
import { OID } from "./oids.ts";

export type Curve = "P-256" | "P-384" | "P-521";

/**
 * A subject public key, read and structurally sound. `spki` is the exact SubjectPublicKeyInfo; `modulus` is unsigned and
 * big-endian, without leading zeros.
 */
export type PublicKeyInfo = {
  readonly spki: Uint8Array;
  /** SHA-256 of the SPKI, lower-case hex: how compromised and reused keys are found again. */
  readonly spkiSha256: string;
} & (
  | { readonly type: "RSA"; readonly bits: number; readonly modulus: Uint8Array; readonly exponent: bigint }
  | { readonly type: "EC"; readonly curve: Curve; readonly bits: number; readonly point: Uint8Array }
);

const CURVES: Readonly<Record<string, { curve: Curve; bits: number }>> = {
  [OID.secp256r1]: { curve: "P-256", bits: 256 },
  [OID.secp384r1]: { curve: "P-384", bits: 384 },
  [OID.secp521r1]: { curve: "P-521", bits: 521 },
};

const OTHER_KEYS: Readonly<Record<string, string>> = {
  [OID.rsassaPss]: "RSASSA-PSS",
  "1.2.840.10040.4.1": "DSA",
  "1.2.840.10046.2.1": "DH",
  "1.3.101.110": "X25519",
  "1.3.101.111": "X448",
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
  "1.3.132.0.10": "secp256k1",
  "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
  "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
  "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
};

/**
 * Reads a SubjectPublicKeyInfo (RFC 3279 2.3.1, RFC 5480 2). The algorithm identifiers are those of BR 7.1.3.1 byte for
 * byte: RSA with NULL parameters, EC with a named curve and an uncompressed point.
 * @throws DerError when malformed, Problem key-type-unsupported for other algorithms and curves
 */
export function readPublicKey(node: DerNode): PublicKeyInfo {
  const [algorithm, key] = node.elements(2);
  if (algorithm === undefined || key === undefined) return node.fail("incomplete");
  algorithm.named("algorithm");
  const type = algorithm.elements(1, 2)[0]?.oid() ?? "";
  const spki = node.der;
  const spkiSha256 = hash("sha256", spki, "hex");
  if (type === OID.rsaEncryption) {
    const parameters = algorithm.child(1, "parameters").expect(TAG.null);
    if (parameters.end !== algorithm.end) algorithm.fail("wrong parameters");
    const inner = readDer(key.bitBytes(), { name: `${key.at}.RSAPublicKey`, maxBytes: 8192, maxDepth: 2 });
    const [n, e] = inner.elements(2);
    if (n === undefined || e === undefined) return inner.fail("incomplete");
    const modulus = n.integerBytes();
    const bits = modulus.length * 8 - (Math.clz32(modulus[0] ?? 0) - 24);
    return { type: "RSA", spki, spkiSha256, bits, modulus, exponent: e.integer() };
  }
  if (type === OID.ecPublicKey) {
    const named = algorithm.child(1, "namedCurve");
    if (!named.is(TAG.oid)) throw new Problem("key-type-unsupported", { found: "EC" });
    const dotted = named.oid();
    const found = CURVES[dotted];
    if (found === undefined)
      throw new Problem("key-type-unsupported", { found: OTHER_KEYS[dotted] ?? `EC ${dotted}` });
    return { type: "EC", spki, spkiSha256, ...found, point: key.bitBytes() };
  }
  throw new Problem("key-type-unsupported", { found: OTHER_KEYS[type] ?? type });
}

/**
 * The same out of stored bytes.
 * @throws Problem key-type-unsupported, or csr-malformed where the bytes are no SubjectPublicKeyInfo
 */
export function publicKeyOf(spki: Uint8Array): PublicKeyInfo {
  try {
    return readPublicKey(readDer(spki, { name: "subjectPublicKeyInfo", maxBytes: 8192 }));
  } catch (error) {
    if (error instanceof DerError) throw new Problem("csr-malformed", { at: error.at });
    throw error;
  }
}

/**
 * keyIdentifier: the leftmost 160 bits of the SHA-256 of the subjectPublicKey bits (RFC 7093 section 2, method 1),
 * instead of the SHA-1 of RFC 5280 4.2.1.2: SHA-1 stands nowhere in the product.
 */
export function keyIdentifierOf(spki: Uint8Array): Uint8Array {
  const key = readDer(spki, { name: "subjectPublicKeyInfo", maxBytes: 8192 }).child(1);
  return new Uint8Array(hash("sha256", key.bitBytes(), "buffer").subarray(0, 20));
}

/** subjectPublicKey without tag, length and unused bits: what the key hashes of OCSP are taken of (RFC 6960 4.1.1). */
export function publicKeyBits(spki: Uint8Array): Uint8Array {
  return readDer(spki, { name: "subjectPublicKeyInfo", maxBytes: 8192 }).child(1).bitBytes();
}

const ISSUER_KEY_KINDS = ["RSA-2048", "RSA-3072", "RSA-4096", "P-256", "P-384"] as const;
export type IssuerKeyKind = (typeof ISSUER_KEY_KINDS)[number];

const generate = promisify(generateKeyPair);

/** A fresh key pair for one of our own issuers or clients, never for a subscriber's server (BR 6.1.1.3). */
export async function generateKey(
  kind: IssuerKeyKind,
): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  if (kind === "P-256" || kind === "P-384") return generate("ec", { namedCurve: kind });
  return generate("rsa", { modulusLength: Number(kind.slice(4)), publicExponent: 65537 });
}

/** SubjectPublicKeyInfo of a node key (public or private). */
export function spkiOf(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
}
