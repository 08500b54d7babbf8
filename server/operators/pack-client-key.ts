import { parentPort, workerData } from "node:worker_threads";
import forge from "node-forge";

/** What client-key-file.ts hands to this thread. */
export interface Packing {
  /** RSA private key, PKCS#1 PEM. */
  readonly key: string;
  /** The certificate and its issuer, PEM. */
  readonly chain: readonly string[];
  readonly name: string;
  readonly password: string;
  readonly rounds: number;
}

/** The key under AES-256 with PBES2 and HMAC-SHA-256 (RFC 8018), in a PKCS#12 file (RFC 7292). */
function pack({ key, chain, name, password, rounds }: Packing): Uint8Array {
  // The types do not know prfAlgorithm; without it the derivation falls back to HMAC-SHA-1.
  const options = {
    algorithm: "aes256" as const,
    count: rounds,
    saltSize: 16,
    friendlyName: name,
    prfAlgorithm: "sha256",
  };
  const certificates = chain.map((pem) => forge.pki.certificateFromPem(pem));
  const file = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(key), certificates, password, options);
  return new Uint8Array(Buffer.from(forge.asn1.toDer(file).getBytes(), "latin1"));
}

parentPort?.postMessage(pack(workerData as Packing));
