import { parentPort } from "node:worker_threads";
import { workBehindPages } from "../kernel/thread-priority.ts";

/** So many of the shared values are kept in a thread, the last ones; both sides forget in the same order. */
export const SHARED_KEPT = 8;

/** Byte strings in one, and where each of them ends. */
export interface Pieces {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: readonly number[];
}

export interface Batch<Shared> {
  readonly number: number;
  /** What the pieces have in common: the number it came under, and itself where it is new to this thread. */
  readonly sharedNumber: number;
  readonly shared: Shared | null;
  readonly pieces: Pieces;
  /** The rests of the pieces as one JSON text. */
  readonly rests: string;
}

export interface Answers<Answer> {
  readonly number: number;
  /** In the order of the pieces. */
  readonly answers: readonly ({ readonly done: Answer } | { readonly failure: string })[];
}

/**
 * The thread's side of `batchThreads`: answers each piece with `work`, whose error is told for that piece alone. Pages
 * go first.
 */
export function answerBatches<Shared extends object, Rest, Answer>(
  work: (shared: Shared, bytes: Uint8Array, rest: Rest) => Answer,
): void {
  workBehindPages();
  const known = new Map<number, Shared>();

  function sharedOf({ sharedNumber, shared }: Batch<Shared>): Shared {
    if (shared === null) {
      const before = known.get(sharedNumber);
      if (before === undefined) throw new Error("this was never told to the thread");
      return before;
    }
    const [oldest] = known.keys();
    if (known.size >= SHARED_KEPT && oldest !== undefined) known.delete(oldest);
    known.set(sharedNumber, shared);
    return shared;
  }

  parentPort?.on("message", (batch: Batch<Shared>) => {
    const shared = sharedOf(batch);
    const rests = JSON.parse(batch.rests) as Rest[];
    const { bytes, ends } = batch.pieces;
    const answers = rests.map((rest, index) => {
      try {
        return { done: work(shared, bytes.subarray(ends[index - 1] ?? 0, ends[index]), rest) };
      } catch (error) {
        return { failure: String(error) };
      }
    });
    parentPort?.postMessage({ number: batch.number, answers } satisfies Answers<Answer>);
  });
}
