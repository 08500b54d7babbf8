import type { PublicKeyInfo } from "../pki/index.ts";

/** A key in the words of those who order certificates: "RSA 2048", "ECDSA P-256". */
export function describeKey(key: PublicKeyInfo): string {
  return key.type === "RSA" ? `RSA ${key.bits}` : `ECDSA ${key.curve}`;
}
