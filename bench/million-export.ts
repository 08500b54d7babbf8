import { setTimeout as sleep } from "node:timers/promises";
import type { DatabasePlace } from "../server/db/index.ts";
import { exportsInThreads } from "../server/requests/index.ts";
import { watchEventLoop } from "./event-loop.ts";

const IDLE_MS = 3_000;

/** Everything there is as one CSV, as the desk would take it: how long, how much, and what the server feels of it. */
export async function measureExport(place: DatabasePlace, now: Temporal.Instant) {
  const idle = watchEventLoop();
  await sleep(IDLE_MS);
  // What the machine's other work does to a loop that does nothing.
  const alone = idle();
  const before = process.memoryUsage.rss();
  let [bytes, lines, peak] = [0, 0, before];
  const held = watchEventLoop();
  const started = performance.now();
  const filters = {
    search: "",
    state: null,
    product: null,
    organizationId: null,
    from: null,
    to: null,
  };
  const order = { list: "certificates", tenant: null, filters, language: "ja", at: now.toString() } as const;
  for await (const piece of exportsInThreads(place)(order)) {
    bytes += piece.byteLength;
    for (const byte of piece) if (byte === 10) lines += 1;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  return {
    rows: lines - 1,
    seconds: (performance.now() - started) / 1000,
    megabytes: bytes / 1_000_000,
    held: held(),
    alone,
    memoryMiB: (peak - before) / 2 ** 20,
  };
}
