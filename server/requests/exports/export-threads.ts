import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import type { DatabasePlace } from "../../db/index.ts";
import { Problem } from "../../kernel/problem.ts";
import type { ExportDeps, ExportOrder } from "./export-order.ts";
import { IdleThreads } from "./idle-threads.ts";

/** Exports at once; the others wait for their turn. Each takes a thread, a connection and a core's time. */
const AT_ONCE = 2;

export interface ExportLimits {
  /** Under way or waiting at once, of one subscriber; the desk counts as one. */
  readonly ofOne: number;
  /** From being asked for to the last piece taken, waiting and slow readers included. */
  readonly longest: Temporal.Duration;
}

const LIMITS: ExportLimits = { ofOne: 2, longest: Temporal.Duration.from({ minutes: 15 }) };

/**
 * Exports in threads of their own, with connections that only read: the event loop hands pieces on and does nothing
 * else. A piece is made when the one before has been taken, so that a slow reader costs no memory, and one who leaves
 * ends the thread. Nobody keeps the others waiting for ever: a subscriber has few at once, and each ends with its time,
 * whether its reader takes anything or not.
 *
 * Problems, where no piece was given yet: exports-busy, export-too-long. After that the file breaks off.
 */
export function exportsInThreads(place: DatabasePlace, limits = LIMITS): ExportDeps["exportRows"] {
  const running = new Set<Promise<unknown>>();
  const open = new Map<string, number>();
  const threads = new IdleThreads(place);
  return async function* exportRows(order: ExportOrder) {
    const whose = order.tenant ?? "desk";
    const others = open.get(whose) ?? 0;
    if (others >= limits.ofOne) throw new Problem("exports-busy", { limit: limits.ofOne });
    open.set(whose, others + 1);
    const minutes = Math.ceil(limits.longest.total("minutes"));
    const tooLong = new Problem("export-too-long", { minutes });
    const over = Promise.withResolvers<never>();
    over.promise.catch(() => undefined);
    const turn = Promise.withResolvers<void>();
    let worker: Worker | null = null;
    let finished = false;
    const release = async () => {
      clearTimeout(timer);
      over.reject(tooLong);
      if (open.get(whose) === 1) open.delete(whose);
      else open.set(whose, (open.get(whose) ?? 1) - 1);
      if (worker !== null && finished) threads.giveBack(worker);
      else await worker?.terminate();
      running.delete(turn.promise);
      turn.resolve();
    };
    let released: Promise<void> | null = null;
    const end = () => {
      released ??= release();
      return released;
    };
    // Also while nobody takes anything: then this function does not run at all.
    const timer = setTimeout(() => void end(), limits.longest.total("milliseconds"));
    timer.unref();
    try {
      while (running.size >= AT_ONCE) await Promise.race([...running, over.promise]);
      running.add(turn.promise);
      worker = threads.take();
      worker.postMessage(order);
      for (;;) {
        if (released) throw tooLong;
        worker.postMessage("more");
        // Rejects with the thread's own error, if that is how it ends.
        const [piece] = (await Promise.race([once(worker, "message"), over.promise])) as [Uint8Array | null];
        if (piece === null) {
          finished = true;
          return;
        }
        yield piece;
      }
    } finally {
      await end();
    }
  };
}
