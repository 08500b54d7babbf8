import { type KeyObject, sign } from "node:crypto";
import { parentPort } from "node:worker_threads";

/** A batch to sign with one key. */
export interface Batch {
  readonly number: number;
  readonly hash: string;
  readonly key: KeyObject;
  readonly parts: readonly Uint8Array[];
}

/** Its signatures in the order of the parts, or what OpenSSL said. */
export type Signed =
  | { readonly number: number; readonly signatures: readonly Uint8Array[] }
  | { readonly number: number; readonly failure: string };

function signed({ number, hash, key, parts }: Batch): Signed {
  try {
    const options = { key, dsaEncoding: "der" } as const;
    return { number, signatures: parts.map((bytes) => new Uint8Array(sign(hash, bytes, options))) };
  } catch (error) {
    return { number, failure: String(error) };
  }
}

parentPort?.on("message", (batch: Batch) => parentPort?.postMessage(signed(batch)));
