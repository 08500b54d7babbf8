import type { KeyObject } from "node:crypto";
import { availableParallelism } from "node:os";
import { batchThreads } from "./batch-threads.ts";

export interface SigningKey {
  readonly hash: string;
  readonly key: KeyObject;
}

const THREADS = {
  worker: new URL("./signing-worker.ts", import.meta.url),
  count: availableParallelism,
  // Some seven milliseconds of RSA-2048.
  batch: 16,
};

const inThread = batchThreads<SigningKey, null, Uint8Array>(THREADS);

/** Signs on one of as many threads as there are cores, for bulk work. `shared`: the same object for the same key. */
export const signInThread = (shared: SigningKey, bytes: Uint8Array): Promise<Uint8Array> =>
  inThread({ shared, bytes, rest: null });
