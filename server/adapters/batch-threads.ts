import { Worker } from "node:worker_threads";
import { type Answers, type Batch, type Pieces, SHARED_KEPT } from "./batch-worker.ts";

/**
 * Threads that work through many small pieces in batches, each with a second batch waiting: they go on while the event
 * loop is busy, and it has one message for many pieces. They are begun when they are first needed and keep no process
 * alive. What works in them is `answerBatches` (batch-worker.ts).
 */
export interface Threads {
  /** The file that calls `answerBatches`. */
  readonly worker: URL;
  /** How many, asked when they are begun. */
  readonly count: () => number;
  /** Most pieces in one batch: some milliseconds of work. */
  readonly batch: number;
}

/** One piece of work. */
export interface Piece<Shared extends object, Rest> {
  /** What many pieces have in common, by its identity: it travels to each thread once. */
  readonly shared: Shared;
  readonly bytes: Uint8Array;
  /** JSON values. */
  readonly rest: Rest;
}

const BATCHES_AHEAD = 2;

/** What makes a thread die will do so again: not a new one every time that somebody asks. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 30_000;

interface Waiting<Shared extends object, Rest, Answer> extends Piece<Shared, Rest> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread<Shared extends object, Rest, Answer> {
  readonly worker: Worker;
  readonly batches: Map<number, readonly Waiting<Shared, Rest, Answer>[]>;
  readonly shared: Map<Shared, number>;
}

/** Gives the function that has a piece done. It rejects with the thread's error, in its words. */
export function batchThreads<Shared extends object, Rest, Answer>({
  worker: file,
  count,
  batch: most,
}: Threads): (piece: Piece<Shared, Rest>) => Promise<Answer> {
  type Mine = Thread<Shared, Rest, Answer>;
  const threads: Mine[] = [];
  const waiting: Waiting<Shared, Rest, Answer>[] = [];
  let number = 0;
  let handingOut = false;
  /** Threads that died since one last answered, and until when none is begun after that. */
  let deaths = 0;
  let pausedUntil = 0;

  function handOut(): void {
    handingOut = false;
    const pause = pausedUntil - performance.now();
    if (pause <= 0) {
      for (let missing = count() - threads.length; missing > 0; missing -= 1) threads.push(begun());
    } else if (threads.length === 0) {
      handingOut = true;
      setTimeout(handOut, pause);
      return;
    }
    for (let ahead = 0; ahead < BATCHES_AHEAD; ahead += 1) {
      for (const thread of threads) {
        if (waiting.length === 0) return;
        if (thread.batches.size <= ahead) give(thread, nextBatch());
      }
    }
  }

  /** The next ones with the same in common; fewer than a whole batch where that spreads them over all threads. */
  function nextBatch(): Waiting<Shared, Rest, Answer>[] {
    const [first] = waiting;
    const size = Math.min(most, Math.ceil(waiting.length / threads.length));
    const other = waiting.findIndex(({ shared }) => shared !== first?.shared);
    return waiting.splice(0, other < 0 ? size : Math.min(size, other));
  }

  function give({ worker, batches, shared: known }: Mine, batch: readonly Waiting<Shared, Rest, Answer>[]) {
    const [first] = batch;
    if (first === undefined) return;
    number += 1;
    batches.set(number, batch);
    worker.ref();
    const { shared } = first;
    const before = known.get(shared);
    if (before === undefined) {
      const [oldest] = known.keys();
      if (known.size >= SHARED_KEPT && oldest !== undefined) known.delete(oldest);
      known.set(shared, number);
    }
    const pieces = packed(batch.map(({ bytes }) => bytes));
    const message: Batch<Shared> = {
      number,
      sharedNumber: before ?? number,
      shared: before === undefined ? shared : null,
      pieces,
      rests: JSON.stringify(batch.map(({ rest }) => rest)),
    };
    worker.postMessage(message, [pieces.bytes.buffer]);
  }

  function begun(): Mine {
    const worker = new Worker(file);
    const thread: Mine = { worker, batches: new Map(), shared: new Map() };
    worker.unref();
    worker.on("message", ({ number: of, answers }: Answers<Answer>) => {
      const batch = thread.batches.get(of) ?? [];
      thread.batches.delete(of);
      deaths = 0;
      if (thread.batches.size === 0) worker.unref();
      handOut();
      for (const [index, { resolve, reject }] of batch.entries()) {
        const answer = answers[index];
        if (answer !== undefined && "done" in answer) resolve(answer.done);
        else reject(new Error(answer?.failure ?? "an answer is missing"));
      }
    });
    // A thread that dies takes its batches with it; the next ones get another, after a pause that grows.
    const lost = (error: unknown) => {
      if (threads.includes(thread)) {
        threads.splice(threads.indexOf(thread), 1);
        pausedUntil = performance.now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** deaths);
        deaths += 1;
      }
      for (const batch of thread.batches.values()) for (const { reject } of batch) reject(error);
      thread.batches.clear();
      if (waiting.length > 0 && !handingOut) handOut();
    };
    worker.on("error", lost);
    worker.on("exit", () => lost(new Error("a thread ended")));
    return thread;
  }

  return (piece) =>
    new Promise((resolve, reject) => {
      waiting.push({ ...piece, resolve, reject });
      if (handingOut) return;
      handingOut = true;
      // After whoever asks now has asked for all of it.
      setImmediate(handOut);
    });
}

/** Bytes as one, to be handed over rather than copied one by one. */
function packed(parts: readonly Uint8Array[]): Pieces {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  const ends: number[] = [];
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
    ends.push(end);
  }
  return { bytes, ends };
}
