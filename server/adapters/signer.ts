import type { KeyObject } from "node:crypto";
import { Problem } from "../kernel/problem.ts";

/** The signature algorithms our CAs use (BR 7.1.3.2); SHA-1 has no name here. */
export type SignatureAlgorithm = "sha256WithRSA" | "sha384WithRSA" | "ecdsaWithSHA256" | "ecdsaWithSHA384";

/**
 * A private key that never leaves its place: an encrypted file (signer-file.ts) or a token (signer-pkcs11.ts). Whoever
 * signs receives one as an argument.
 */
export interface Signer {
  /** SubjectPublicKeyInfo, DER (RFC 5280 4.1.2.7). */
  readonly publicKeySpki: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /**
   * The signature over `bytes` as it stands in a BIT STRING: PKCS#1 v1.5, or ECDSA-Sig-Value in DER (RFC 3279 2.2.3).
   * `bulk` says that it is one of many that are asked for at once.
   */
  sign(bytes: Uint8Array, how?: { readonly bulk: boolean }): Promise<Uint8Array>;
}

export const HASH: Readonly<Record<SignatureAlgorithm, "sha256" | "sha384">> = {
  sha256WithRSA: "sha256",
  sha384WithRSA: "sha384",
  ecdsaWithSHA256: "sha256",
  ecdsaWithSHA384: "sha384",
};

/**
 * What a key signs with: ECDSA the hash of its curve (BR 7.1.3.2.2), RSA SHA-256.
 * Problem: key-type-unsupported for anything but RSA, P-256 and P-384.
 */
export function algorithmOf(key: KeyObject): SignatureAlgorithm {
  if (key.asymmetricKeyType === "rsa") return "sha256WithRSA";
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === "prime256v1") return "ecdsaWithSHA256";
  if (curve === "secp384r1") return "ecdsaWithSHA384";
  throw new Problem("key-type-unsupported", { found: curve ?? key.asymmetricKeyType ?? "?" });
}
