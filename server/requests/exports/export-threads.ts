import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { DatabasePlace } from "../../db/index.ts";
import type { ExportDeps, ExportOrder } from "./export-order.ts";

/** Exports at once; the others wait for their turn. Each takes a thread, a connection and a core's time. */
const AT_ONCE = 2;

/**
 * Exports in threads of their own, with connections that only read: the event loop hands pieces on and does nothing
 * else. A piece is made when the one before has been taken, so that a slow reader costs no memory, and one who leaves
 * ends the thread.
 */
export function exportsInThreads(place: DatabasePlace): ExportDeps["exportRows"] {
  const running = new Set<Promise<unknown>>();
  return async function* exportRows(order: ExportOrder) {
    while (running.size >= AT_ONCE) await Promise.race(running);
    const turn = Promise.withResolvers<void>();
    running.add(turn.promise);
    const worker = new Worker(new URL("export-worker.ts", import.meta.url), { workerData: { place, order } });
    try {
      for (;;) {
        worker.postMessage("more");
        // Rejects with the thread's own error, if that is how it ends.
        const [piece] = (await once(worker, "message")) as [Uint8Array | null];
        if (piece === null) return;
        yield piece;
      }
    } finally {
      await worker.terminate();
      running.delete(turn.promise);
      turn.resolve();
    }
  };
}
