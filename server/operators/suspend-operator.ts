import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { clientCertificateStore, operatorStore } from "./store.ts";

/** Ends every open connection that was made with a certificate (http/open-sockets.ts). */
export type CloseSockets = (fingerprint: string) => void;

export interface SuspensionDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly closeSockets: CloseSockets;
}

/**
 * Shuts an operator out at once, for the time being: the certificate stays valid and opens nothing. Even the last
 * operator can be suspended, since a lost laptop does not wait.
 * Problems: not-found, operator-not-changeable, stale-version.
 */
export async function suspendOperator(
  { db, clock, closeSockets }: SuspensionDeps,
  actor: Actor,
  tenant: Tenant,
  operatorId: Id,
): Promise<void> {
  const at = clock.now();
  const certificates = await db.transact(async (tx) => {
    const store = operatorStore(tx, tenant);
    const { state } = await store.byId(operatorId);
    if (state === "SUSPENDED" || state === "REMOVED") throw new Problem("operator-not-changeable", { state });
    if (!(await store.move(operatorId, state, "SUSPENDED"))) throw new Problem("stale-version");
    const live = await clientCertificateStore(tx, "operator", operatorId).live();
    const subject = { kind: "operator", id: operatorId };
    await appendAudit(tx, [{ tenant, at, actor, action: "operator.suspended", subject }]);
    return live;
  });
  // The database first: whoever comes back between the two is refused already.
  for (const { fingerprint } of certificates) closeSockets(fingerprint);
}
