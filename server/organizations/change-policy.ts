import { appendAudit } from "../audit/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { SubscriberPolicy } from "./organization.ts";
import type { OrganizationDeps } from "./register-organization.ts";
import { organizationStore } from "./store.ts";

/**
 * Writes down what a subscriber has decided about approvals, with both sides of the change in the audit log. The same
 * policy again changes nothing. Problems: not-found, stale-version.
 *
 * @param version the subscriber's version as the form showed it
 */
export async function changePolicy(
  { db, clock }: OrganizationDeps,
  actor: Actor,
  tenant: Tenant,
  { policy, version }: { readonly policy: SubscriberPolicy; readonly version: number },
): Promise<void> {
  await db.transact(async (tx) => {
    const store = organizationStore(tx, tenant);
    const { policy: before } = await store.subscriber();
    const { samePersonMayApprove, secondFactorForApproval } = policy;
    const same =
      before.samePersonMayApprove === samePersonMayApprove &&
      before.secondFactorForApproval === secondFactorForApproval;
    if (same) return;
    await store.setPolicy(policy, version);
    await appendAudit(tx, [
      {
        tenant,
        at: clock.now(),
        actor,
        action: "subscriber.policy-changed",
        subject: { kind: "subscriber", id: tenant },
        details: { before: { ...before }, after: { samePersonMayApprove, secondFactorForApproval } },
      },
    ]);
  });
}
