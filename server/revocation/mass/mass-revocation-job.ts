import type { IssuanceWorker } from "../../issuance/index.ts";
import type { JobHandler } from "../../jobs/index.ts";
import type { ExecutionDeps } from "../execute-due-revocations.ts";
import { orderMembers } from "./order-members.ts";
import { replaceMembers } from "./replace-members.ts";
import { massStore } from "./store.ts";
import { tellSubscribers } from "./tell-subscribers.ts";

export interface MassRevocationDeps extends ExecutionDeps {
  readonly issuance: Pick<IssuanceWorker, "kick">;
  /** CRLs are due: something was revoked. */
  readonly publishSoon: () => void;
}

/**
 * Prepares a mass revocation: the orders first, since the deadline does not wait; then the subscribers are told; then
 * every replacement that the issuing company can make by itself is asked for. Every part goes on where an earlier run
 * stopped. Revoking itself is done by the orders, when their time comes (`executeDueRevocations`).
 */
export function massRevocationJob(deps: MassRevocationDeps): JobHandler {
  return async (job, run) => {
    const id = String(job.payload["massRevocationId"]);
    const mass = await deps.db.transact((tx) => massStore(tx).byId(id));
    if (mass.state !== "RUNNING") return null;
    const total = mass.size * 2;
    await orderMembers(deps, mass, run, (done) => run.progress(done, total));
    deps.publishSoon();
    if (!mass.drill) await tellSubscribers(deps, mass, "toldOfPlanAt");
    await replaceMembers(deps, mass, run, async (done) => {
      await run.progress(Math.min(total, mass.size + done), total);
      deps.issuance.kick();
    });
    await deps.db.transact((tx) => massStore(tx).prepared(id, deps.clock.now()));
    return { size: mass.size };
  };
}
