import { monitorEventLoopDelay } from "node:perf_hooks";
import type { DatabasePlace } from "../server/db/index.ts";
import { exportsInThreads } from "../server/requests/index.ts";

/** Everything there is as one CSV, as the desk would take it: how long, how much, and what the server feels of it. */
export async function measureExport(place: DatabasePlace, now: Temporal.Instant) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const before = process.memoryUsage.rss();
  let [bytes, lines, peak] = [0, 0, before];
  delay.enable();
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
  delay.disable();
  return {
    rows: lines - 1,
    seconds: (performance.now() - started) / 1000,
    megabytes: bytes / 1_000_000,
    // The monitor counts its own interval.
    heldMs: Math.max(0, delay.max / 1e6 - 5),
    memoryMiB: (peak - before) / 2 ** 20,
  };
}
