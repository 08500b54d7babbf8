import { parentPort, workerData } from "node:worker_threads";
import { type DatabasePlace, openReader } from "../../db/index.ts";
import type { ExportOrder } from "./export-order.ts";
import { exportRows } from "./export-rows.ts";

/** The thread of one export: a piece for each "more" that it is sent, null after the last. */
const port = parentPort;
if (!port) throw new Error("an export runs in a thread of its own");
const { place, order } = workerData as { place: DatabasePlace; order: ExportOrder };
const reader = await openReader(place);
const pieces = exportRows(reader.read, order);
port.on("message", async () => {
  const { value, done } = await pieces.next();
  if (done) await reader.close();
  port.postMessage(done ? null : value);
});
