import { and, eq, gt, sql } from "drizzle-orm";
import { type AuditEntry, appendAudit } from "../../audit/index.ts";
import type { Executor } from "../../db/index.ts";
import { type Actor, tenantOf } from "../../kernel/actor.ts";
import { isProblem } from "../../kernel/problem.ts";
import type { MailFrame } from "../mails.ts";
import { type OrderedRevocations, orderRevocations } from "../order-revocations.ts";
import type { RevocationOrder } from "../revocation.ts";
import { revocationTables } from "../tables.ts";

/**
 * Orders revocations; where a certificate waits for a planned one already, that plan is brought forward and takes the
 * ground that is in more of a hurry. A plan that comes earlier anyway stays as it is. To be called last in the
 * transaction: it appends to the audit chains. Gives what `orderRevocations` gave, without those hastened or waiting.
 */
export async function orderOrHasten(
  tx: Executor,
  frame: MailFrame,
  actor: Actor,
  orders: readonly RevocationOrder[],
  now: Temporal.Instant,
): Promise<OrderedRevocations> {
  const { ordered, refused } = await orderRevocations(tx, frame, actor, orders, now);
  const byCertificate = new Map(orders.map((order) => [order.certificateId, order]));
  const hastened: AuditEntry[] = [];
  for (const { certificateId, problem } of refused) {
    const order = byCertificate.get(certificateId);
    if (!order || !isProblem(problem, "revocation-planned-already")) continue;
    const subscriberId = await hasten(tx, order);
    if (subscriberId === null) continue;
    const { ground, reason, executeAt, dueAt, origin } = order;
    hastened.push({
      tenant: tenantOf(subscriberId),
      at: now,
      actor,
      action: "revocation.hastened",
      subject: { kind: "certificate", id: certificateId },
      details: {
        ground,
        reason,
        executeAt: executeAt.toString(),
        dueAt: dueAt.toString(),
        origin: origin.kind,
        originId: origin.id,
      },
    });
  }
  if (hastened.length > 0) await appendAudit(tx, hastened);
  return {
    ordered,
    refused: refused.filter(({ problem }) => !isProblem(problem, "revocation-planned-already")),
  };
}

/** Whose plan was brought forward; null where it comes earlier as it is, or has been carried out meanwhile. */
async function hasten(
  tx: Executor,
  { certificateId, ground, reason, explanation, executeAt, dueAt, origin }: RevocationOrder,
): Promise<string | null> {
  const { revocationOrders: o } = revocationTables(tx.columns);
  const [moved] = await tx
    .update(o)
    .set({
      ground,
      reason,
      explanation,
      executeAt,
      dueAt,
      origin: origin.kind,
      originId: origin.id,
      version: sql`${o.version} + 1`,
    })
    .where(and(eq(o.openFor, certificateId), eq(o.state, "PLANNED"), gt(o.executeAt, executeAt)))
    .returning({ subscriberId: o.subscriberId });
  return moved?.subscriberId ?? null;
}
