import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { stateAfterResume } from "./operator.ts";
import { clientCertificateStore, operatorStore } from "./store.ts";

/**
 * Lets a suspended operator in again, with the certificate they had.
 * Problems: not-found, operator-not-changeable (is not suspended), stale-version.
 */
export async function resumeOperator(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  actor: Actor,
  tenant: Tenant,
  operatorId: Id,
): Promise<void> {
  const at = clock.now();
  await db.transact(async (tx) => {
    const store = operatorStore(tx, tenant);
    const { state } = await store.byId(operatorId);
    if (state !== "SUSPENDED") throw new Problem("operator-not-changeable", { state });
    const certificates = await clientCertificateStore(tx, "operator", operatorId).live();
    const next = stateAfterResume(certificates.length > 0);
    if (!(await store.move(operatorId, state, next))) throw new Problem("stale-version");
    const subject = { kind: "operator", id: operatorId };
    await appendAudit(tx, [{ tenant, at, actor, action: "operator.resumed", subject }]);
  });
}
