import { appendAudit } from "../audit/index.ts";
import type { RevocationReason } from "../authority/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { mayRemove } from "./operator.ts";
import { operatorStore } from "./store.ts";
import type { SuspensionDeps } from "./suspend-operator.ts";
import { takeAwayCertificates } from "./take-away-certificates.ts";

/**
 * Removes an operator for good: takes away and revokes every certificate of theirs, then ends their connections.
 *
 * @param reason affiliationChanged for somebody who leaves (RFC 5280 5.3.1)
 * Problems: not-found, operator-not-changeable (removed already), last-operator, stale-version.
 */
export async function removeOperator(
  { db, clock, closeSockets }: SuspensionDeps,
  actor: Actor,
  tenant: Tenant,
  operatorId: Id,
  reason: RevocationReason = "affiliationChanged",
): Promise<void> {
  const at = clock.now();
  const fingerprints = await db.transact(async (tx) => {
    const store = operatorStore(tx, tenant);
    const working = await store.lockWorking();
    const { state } = await store.byId(operatorId);
    if (state === "REMOVED") throw new Problem("operator-not-changeable", { state });
    if (!mayRemove(state, working.filter((id) => id !== operatorId).length))
      throw new Problem("last-operator");
    if (!(await store.move(operatorId, state, "REMOVED"))) throw new Problem("stale-version");
    const fingerprints = await takeAwayCertificates(tx, { kind: "operator", id: operatorId }, reason, at);
    const subject = { kind: "operator", id: operatorId };
    const details = { reason, certificates: fingerprints };
    await appendAudit(tx, [{ tenant, at, actor, action: "operator.removed", subject, details }]);
    return fingerprints;
  });
  // The database first: whoever comes back between the two is refused already.
  for (const fingerprint of fingerprints) closeSockets(fingerprint);
}
