import { setTimeout as sleep } from "node:timers/promises";

/** How far a job is, as its page sees it; null: there is none. */
type Look = () => Promise<{ readonly over: boolean; readonly done: number } | null>;

/** A few pieces of work are done before anybody would have read a progress bar. */
const HANDFUL = 5;
const PATIENCE_MS = 4000;
const LOOK_AGAIN_MS = 100;
const LIVE_EVERY_MS = 500;
/** A stream ends after this and is asked for again, so that a removed operator's does not go on (safety.md 2). */
const STREAM_MS = 10_000;

/** Waits a moment for a job of a handful, so that its page opens with the result; never longer than a few seconds. */
export async function settledSoon(look: Look, pieces: number): Promise<void> {
  if (pieces > HANDFUL) return;
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until && !((await look())?.over ?? true)) await sleep(LOOK_AGAIN_MS);
}

/**
 * The progress of a job as server-sent events: `progress` whenever it has moved, `done` once at the end. The page
 * asks for itself again at each; the events carry nothing but the count.
 */
export async function* followJob(look: Look): AsyncGenerator<{ event: string; data: string }> {
  const until = performance.now() + STREAM_MS;
  let told = -1;
  while (performance.now() < until) {
    const job = await look();
    if (job === null || job.over) {
      yield { event: "done", data: "" };
      return;
    }
    if (job.done !== told) {
      told = job.done;
      yield { event: "progress", data: String(told) };
    }
    await sleep(LIVE_EVERY_MS);
  }
}
