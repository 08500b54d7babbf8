import { Worker } from "node:worker_threads";
import type { DatabasePlace } from "../../db/index.ts";

/** A thread takes a second of a core to begin and some 50 MiB: worth keeping for the next export, not for the night. */
const KEPT_MS = 60_000;

/** Threads that have ended an export and wait a minute for the next one. */
export class IdleThreads {
  readonly #place: DatabasePlace;
  readonly #waiting = new Map<Worker, { readonly timer: NodeJS.Timeout; readonly end: () => void }>();

  constructor(place: DatabasePlace) {
    this.#place = place;
  }

  /** One that waits, or a new one. */
  take(): Worker {
    const [first] = this.#waiting;
    if (first === undefined) {
      return new Worker(new URL("export-worker.ts", import.meta.url), { workerData: this.#place });
    }
    const [worker, { timer, end }] = first;
    clearTimeout(timer);
    this.#waiting.delete(worker);
    worker.off("error", end).off("exit", end);
    worker.ref();
    return worker;
  }

  /** For one that has given its last piece: what was broken off may still be at work. */
  giveBack(worker: Worker): void {
    const end = () => {
      this.#waiting.delete(worker);
      void worker.terminate();
    };
    const timer = setTimeout(end, KEPT_MS);
    timer.unref();
    // It keeps no process alive, and one that dies meanwhile is given to nobody.
    worker.unref();
    worker.once("error", end);
    worker.once("exit", end);
    this.#waiting.set(worker, { timer, end });
  }
}
