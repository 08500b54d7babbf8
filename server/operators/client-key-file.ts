import { Worker } from "node:worker_threads";
import { randomCode } from "../kernel/ids.ts";
import { generateKey, spkiOf, toPem } from "../pki/index.ts";
import type { Packing } from "./pack-client-key.ts";

/** Rounds of key derivation: a .p12 file travels, so guessing its password has to cost something. */
const ROUNDS = 100_000;

/** 100 random bits: out of reach for guessing whatever the rounds. */
const PASSWORD_BITS = 100;

export interface ClientKeyFile {
  /** PKCS#12 (RFC 7292) as browsers and operating systems import it. */
  readonly p12: Uint8Array;
  /** Opens the file. Shown once, never stored, never mailed together with the file. */
  readonly password: string;
}

/** A key pair that exists to be packed into one file and then forgotten. */
export interface ClientKey {
  readonly spki: Uint8Array;
  /** Packs key, certificate and its issuer; the key is gone afterwards, so it works once. */
  pack(file: { name: string; certificate: Uint8Array; issuer: Uint8Array }): Promise<ClientKeyFile>;
}

/**
 * Makes the key of a client certificate: RSA, because node-forge, which writes the file, knows no other keys. OpenSSL
 * makes the key, node-forge only packs it.
 */
export async function makeClientKey(): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKey("RSA-2048");
  let key: string | null = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  return {
    spki: spkiOf(publicKey),
    async pack({ name, certificate, issuer }) {
      if (key === null) throw new Error("the client key was packed already, and forgotten");
      const password = randomCode(PASSWORD_BITS);
      const chain = [certificate, issuer].map((der) => toPem("CERTIFICATE", der));
      const packing: Packing = { key, chain, name, password, rounds: ROUNDS };
      key = null;
      return { p12: await packOnThread(packing), password };
    },
  };
}

/** node-forge derives keys in JavaScript: seconds of work that must not hold up everybody else's requests. */
function packOnThread(packing: Packing): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./pack-client-key.ts", import.meta.url), { workerData: packing });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the thread that packs a client key ended without a file")));
  });
}
