import { and, eq, gt, inArray, ne, sql } from "drizzle-orm";
import { type AuditEntry, appendAudit } from "../audit/index.ts";
import type { Executor } from "../db/index.ts";
import { type Actor, tenantOf } from "../kernel/actor.ts";
import { isProblem } from "../kernel/problem.ts";
import type { MailFrame } from "./mails.ts";
import { followCompromise, type OrderedRevocations, orderRevocations } from "./order-revocations.ts";
import type { RevocationOrder } from "./revocation.ts";
import { revocationTables } from "./tables.ts";

/**
 * Orders revocations; where a certificate waits for a planned one already, that plan is brought forward and takes the
 * ground that is in more of a hurry. A plan that comes earlier anyway stays as it is, except that the compromise of a
 * key always becomes its reason and is never hidden behind another one (BR 4.9.1.1). To be called last in the
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
  const compromised: RevocationOrder[] = [];
  for (const { certificateId, problem } of refused) {
    const order = byCertificate.get(certificateId);
    if (!order || !isProblem(problem, "revocation-planned-already")) continue;
    if (order.reason === "keyCompromise") compromised.push(order);
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
  await followCompromise(tx, frame, compromised, now);
  return {
    ordered,
    refused: refused.filter(({ problem }) => !isProblem(problem, "revocation-planned-already")),
  };
}

/** Whose plan was changed; null where it comes earlier as it is, or has been carried out meanwhile. */
async function hasten(
  tx: Executor,
  { certificateId, ground, reason, explanation, executeAt, dueAt, origin }: RevocationOrder,
): Promise<string | null> {
  const { revocationOrders: o } = revocationTables(tx.columns);
  const waits = and(eq(o.openFor, certificateId), eq(o.state, "PLANNED"));
  const isLater = gt(o.executeAt, executeAt);
  const version = sql`${o.version} + 1`;
  // What the issuer ordered stays its order, whatever a subscriber says besides: nobody calls off what is not theirs.
  const asked = inArray(o.origin, ["operator", "replacement"]);
  const source =
    origin.kind === "replacement"
      ? {
          origin: sql<typeof origin.kind>`case when ${asked} then ${origin.kind} else ${o.origin} end`,
          originId: sql<typeof origin.id>`case when ${asked} then ${origin.id} else ${o.originId} end`,
        }
      : { origin: origin.kind, originId: origin.id };
  const words = { ground, reason, explanation, ...source };
  const isCompromise = reason === "keyCompromise";
  const isOther = ne(o.reason, "keyCompromise");
  const [moved] = await tx
    .update(o)
    .set({ ...words, executeAt, dueAt, version })
    .where(and(waits, isLater, isCompromise ? undefined : isOther))
    .returning({ subscriberId: o.subscriberId });
  if (moved) return moved.subscriberId;
  const [renamed] = await tx
    .update(o)
    .set(isCompromise ? { ...words, dueAt, version } : { executeAt, version })
    .where(and(waits, isCompromise ? isOther : isLater))
    .returning({ subscriberId: o.subscriberId });
  return renamed?.subscriberId ?? null;
}
