import { flushCompileCache } from "node:module";
import { keyFolder } from "../../server/adapters/key-folder.ts";
import { loadSigners } from "../../server/authority/index.ts";
import { type DatabasePlace, openDatabase } from "../../server/db/index.ts";
import { drain, recoverIssuance } from "../../server/issuance/index.ts";
import { issuanceDeps, PASSPHRASE } from "../support/issuing.ts";

/** What the parent hands to the process that is to die. */
export interface ChildOrders {
  readonly place: DatabasePlace;
  readonly keys: string;
  /** Epoch milliseconds: the clock of this process stands. */
  readonly now: number;
  readonly instance: string;
  readonly work: "issue" | "recover";
  /** Ends itself with SIGKILL when it comes to this step for the nth time. */
  readonly dieAt: { readonly step: string; readonly time: number } | null;
}

// What was compiled serves the next child too; a killed process would not write it.
flushCompileCache();
const orders = JSON.parse(process.argv[2] ?? "{}") as ChildOrders;
const db = await openDatabase(orders.place);
const clock = { now: () => Temporal.Instant.fromEpochMilliseconds(orders.now) };
const signers = await loadSigners(db.read, keyFolder(orders.keys), PASSPHRASE);
let times = 0;
const deps = issuanceDeps(db, clock, signers, {
  instance: orders.instance,
  step: async (name) => {
    if (name !== orders.dieAt?.step) return;
    times += 1;
    // Nothing of this process runs after that: no finally, no rollback, no flush.
    if (times === orders.dieAt.time) process.kill(process.pid, "SIGKILL");
    // The signal is delivered at once, but only once this thread has come back from the system call.
    if (times >= orders.dieAt.time) await new Promise(() => undefined);
  },
});
if (orders.work === "recover") await recoverIssuance(deps);
else await drain(deps);
await db.close();
