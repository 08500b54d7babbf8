import { parentPort, workerData } from "node:worker_threads";
import { type DatabasePlace, openReader } from "../../db/index.ts";
import { workBehindPages } from "../../kernel/thread-priority.ts";
import type { ExportOrder } from "./export-order.ts";
import { exportRows } from "./export-rows.ts";

/**
 * A thread that makes exports one after the other: an order begins one, each "more" is answered with a piece, and the
 * last with null. The connection lasts as long as the export.
 */
const port = parentPort;
if (!port) throw new Error("an export runs in a thread of its own");
workBehindPages();
const place = workerData as DatabasePlace;
let pieces: AsyncIterator<Uint8Array> | null = null;

async function* piecesOf(order: ExportOrder): AsyncGenerator<Uint8Array> {
  const reader = await openReader(place);
  try {
    yield* exportRows(reader.read, order);
  } finally {
    await reader.close();
  }
}

port.on("message", async (asked: ExportOrder | "more") => {
  if (asked !== "more") {
    pieces = piecesOf(asked);
    return;
  }
  const next = await pieces?.next();
  port.postMessage(next === undefined || next.done ? null : next.value);
});
