import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../db/index.ts";
import type { ServerSentEvent } from "../http/answer.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { type ShowApprovalsJob, showApprovalsJob } from "./pages/approvals.ts";

/** A few requests are done before anybody would have read a progress bar. */
const HANDFUL = 5;
const PATIENCE_MS = 4000;
const LOOK_AGAIN_MS = 100;
const LIVE_EVERY_MS = 500;
/** A stream ends after this and is asked for again, so that a removed operator's does not go on (safety.md 2). */
const STREAM_MS = 10_000;

type Deps = { readonly db: Database };

const isOver = (job: ShowApprovalsJob | null): boolean => job === null || job.over;

/** Waits a moment for the job of a handful, so that its page opens with the result; never longer than a few seconds. */
export async function settledSoon(deps: Deps, tenant: Tenant, id: Id, requests: number): Promise<void> {
  if (requests > HANDFUL) return;
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until && !isOver(await showApprovalsJob(deps.db.read, tenant, id))) {
    await sleep(LOOK_AGAIN_MS);
  }
}

/**
 * The progress of a job as server-sent events: `progress` whenever it has moved, `done` once at the end. The page
 * asks for itself again at each; the events carry nothing but the count.
 */
export async function* followApprovals(deps: Deps, tenant: Tenant, id: Id): AsyncGenerator<ServerSentEvent> {
  const until = performance.now() + STREAM_MS;
  let told = -1;
  while (performance.now() < until) {
    const job = await showApprovalsJob(deps.db.read, tenant, id);
    if (job === null || isOver(job)) {
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
