import { and, eq, sql } from "drizzle-orm";
import { appendAudit } from "../audit/index.ts";
import { type StaffActor, tenantOf } from "../kernel/actor.ts";
import { Problem } from "../kernel/problem.ts";
import { cancelPlanned } from "./cancel-planned.ts";
import { executeOrder } from "./execute-due-revocations.ts";
import { orderRevocations } from "./order-revocations.ts";
import { problemOfOrder, type RevocationOrder } from "./revocation.ts";
import type { RevocationDeps } from "./revoke-certificates.ts";
import type { StoredOrder } from "./store.ts";
import { revocationTables } from "./tables.ts";

/** Orders one revocation in the name of this member of staff. @throws the problem of the order */
export async function orderOne(
  deps: RevocationDeps,
  actor: StaffActor,
  order: RevocationOrder,
): Promise<void> {
  const { refused } = await deps.db.transact((tx) =>
    orderRevocations(tx, deps, actor, [order], deps.clock.now()),
  );
  deps.publishSoon();
  if (refused[0]) throw refused[0].problem;
}

/**
 * Carries a planned revocation out now rather than at its time.
 * @throws Problem not-allowed; stale-version when it is not planned any more
 */
export async function executeNow(deps: RevocationDeps, actor: StaffActor, order: StoredOrder): Promise<void> {
  const { revocationOrders: o } = revocationTables(deps.db.read.columns);
  await deps.db.transact(async (tx) => {
    const now = deps.clock.now();
    const { certificateId, ground, reason, explanation, dueAt, origin, originId } = order;
    const problem = problemOfOrder(
      {
        certificateId,
        ground,
        reason,
        explanation,
        executeAt: now,
        dueAt,
        origin: { kind: origin, id: originId },
      },
      actor,
      now,
    );
    if (problem) throw problem;
    const moved = await tx
      .update(o)
      .set({ executeAt: now, version: sql`${o.version} + 1` })
      .where(and(eq(o.id, order.id), eq(o.state, "PLANNED")))
      .returning({ id: o.id });
    if (moved.length === 0) throw new Problem("stale-version");
    await appendAudit(tx, [
      {
        tenant: order.subscriberId === null ? "system" : tenantOf(order.subscriberId),
        at: now,
        actor,
        action: "revocation.hastened",
        subject: { kind: "certificate", id: certificateId },
        details: { orderId: order.id, ground, reason, plannedFor: order.executeAt.toString() },
      },
    ]);
  });
  await executeOrder(deps, order.id);
  deps.publishSoon();
}

/** Calls a planned revocation off. @throws Problem revocation-not-cancellable, not-allowed, stale-version */
export async function cancelOrder(
  deps: RevocationDeps,
  actor: StaffActor,
  order: StoredOrder,
  reason: string,
): Promise<void> {
  const { certificateId } = order;
  await deps.db.transact((tx) => cancelPlanned(tx, deps, actor, { certificateId, reason }, deps.clock.now()));
}
