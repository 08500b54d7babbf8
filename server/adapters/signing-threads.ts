import type { KeyObject } from "node:crypto";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Batch, Signed } from "./signing-worker.ts";

/**
 * Threads that sign batches, for bulk work: one a core, each with a second batch waiting, so that they go on while the
 * event loop stands in a commit, and so that the event loop has one message for many signatures. They are begun when
 * they are first needed and keep no process alive.
 */

/** Some seven milliseconds of RSA-2048. */
const BATCH = 16;
const BATCHES_AHEAD = 2;

interface Waiting {
  readonly hash: string;
  readonly key: KeyObject;
  readonly bytes: Uint8Array;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly batches: Map<number, readonly Waiting[]>;
}

const threads: Thread[] = [];
const waiting: Waiting[] = [];
let batchNumber = 0;
let handingOut = false;

export function signInThread(hash: string, key: KeyObject, bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    waiting.push({ hash, key, bytes, resolve, reject });
    if (handingOut) return;
    handingOut = true;
    // After whoever asks now has asked for all of it.
    setImmediate(handOut);
  });
}

function handOut(): void {
  handingOut = false;
  while (threads.length < availableParallelism()) threads.push(begun());
  for (let ahead = 0; ahead < BATCHES_AHEAD; ahead += 1) {
    for (const thread of threads) {
      if (waiting.length === 0) return;
      if (thread.batches.size <= ahead) give(thread, nextBatch());
    }
  }
}

/** The next ones of one key; fewer than a whole batch where that spreads them over all threads. */
function nextBatch(): Waiting[] {
  const [first] = waiting;
  const most = Math.min(BATCH, Math.ceil(waiting.length / threads.length));
  const other = waiting.findIndex(({ key, hash }) => key !== first?.key || hash !== first.hash);
  return waiting.splice(0, other < 0 ? most : Math.min(most, other));
}

function give({ worker, batches }: Thread, batch: readonly Waiting[]): void {
  const [first] = batch;
  if (first === undefined) return;
  batchNumber += 1;
  batches.set(batchNumber, batch);
  worker.ref();
  const { hash, key } = first;
  const parts = batch.map(({ bytes }) => bytes);
  worker.postMessage({ number: batchNumber, hash, key, parts } satisfies Batch);
}

function begun(): Thread {
  const worker = new Worker(new URL("./signing-worker.ts", import.meta.url));
  const thread: Thread = { worker, batches: new Map() };
  worker.unref();
  worker.on("message", (signed: Signed) => {
    const batch = thread.batches.get(signed.number) ?? [];
    thread.batches.delete(signed.number);
    if (thread.batches.size === 0) worker.unref();
    handOut();
    for (const [index, { resolve, reject }] of batch.entries()) {
      const signature = "signatures" in signed ? signed.signatures[index] : undefined;
      if (signature) resolve(signature);
      else reject(new Error("failure" in signed ? signed.failure : "a signature is missing"));
    }
  });
  // A thread that dies takes its batches with it; the next ones get another.
  const lost = (error: unknown) => {
    if (threads.includes(thread)) threads.splice(threads.indexOf(thread), 1);
    for (const batch of thread.batches.values()) for (const { reject } of batch) reject(error);
    thread.batches.clear();
    if (waiting.length > 0) handOut();
  };
  worker.on("error", lost);
  worker.on("exit", () => lost(new Error("a signing thread ended")));
  return thread;
}
