import { and, eq, sql } from "drizzle-orm";
import { type AuditEntry, appendAudit } from "../audit/index.ts";
import type { Executor } from "../db/index.ts";
import { type Actor, tenantOf } from "../kernel/actor.ts";
import { isSubscribersOwn, type OriginKind, type RevocationOrder } from "./revocation.ts";
import type { StoredOrder } from "./store.ts";
import { revocationTables } from "./tables.ts";

type Change = Partial<
  Pick<StoredOrder, "ground" | "reason" | "explanation" | "executeAt" | "dueAt" | "origin" | "originId">
>;

/**
 * Brings together the plans that wait for certificates and further orders for them (`changeOf`), and records what
 * changed. To be called among the last in the transaction: it appends to the audit chains.
 */
export async function hastenPlans(
  tx: Executor,
  actor: Actor,
  orders: readonly RevocationOrder[],
  now: Temporal.Instant,
): Promise<void> {
  const hastened: AuditEntry[] = [];
  for (const order of orders) {
    const plan = await hasten(tx, order);
    if (plan === null) continue;
    const { certificateId, ground, reason, executeAt, dueAt, origin } = order;
    hastened.push({
      tenant: plan.subscriberId === null ? "system" : tenantOf(plan.subscriberId),
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
}

/** The plan that was changed; null where it stays as it is, or has been carried out or called off meanwhile. */
async function hasten(tx: Executor, order: RevocationOrder): Promise<StoredOrder | null> {
  const { revocationOrders: o } = revocationTables(tx.columns);
  for (;;) {
    const [plan] = await tx.select().from(o).where(eq(o.openFor, order.certificateId));
    const change = plan && changeOf(plan, order);
    if (!plan || !change) return null;
    const [changed] = await tx
      .update(o)
      .set({ ...change, version: sql`${o.version} + 1` })
      .where(and(eq(o.id, plan.id), eq(o.state, "PLANNED"), eq(o.version, plan.version)))
      .returning();
    if (changed) return changed;
    // Changed by somebody else between the two statements: looked at again.
  }
}

/**
 * What a further order makes of a plan; null: nothing. The earlier moment counts. The ground in more of a hurry gives
 * ground and words, except that the compromise of a key is never hidden behind another ground (BR 4.9.1.1).
 *
 * What the issuer orders becomes and stays its order, whichever of the two comes first or earlier: no subscriber makes
 * it vanish by calling off what is its own. And who declares a compromise has declared it, also where the plan rests on
 * somebody else's word so far.
 */
function changeOf(plan: StoredOrder, order: RevocationOrder): Change | null {
  const { ground, reason, explanation, executeAt, dueAt, origin } = order;
  const isLater = Temporal.Instant.compare(plan.executeAt, executeAt) > 0;
  const wasCompromise = plan.reason === "keyCompromise";
  const isCompromise = reason === "keyCompromise";
  const takesOver = !isIssuers(plan.origin) && isIssuers(origin.kind);
  const declares = isCompromise && plan.origin === "shared-key" && isSubscribersOwn(origin.kind);
  const revealed = isCompromise && !wasCompromise;
  if (!isLater && !takesOver && !declares && !revealed) return null;
  const givesWords = (isLater || takesOver || revealed) && (isCompromise || !wasCompromise);
  const isWeaker = isIssuers(plan.origin) && !isIssuers(origin.kind);
  const isDeclared = wasCompromise && isSubscribersOwn(plan.origin) && origin.kind === "shared-key";
  const givesOrigin = takesOver || declares || (givesWords && !isWeaker && !isDeclared);
  return {
    ...(givesWords ? { ground, reason, explanation, dueAt } : {}),
    ...(givesOrigin ? { origin: origin.kind, originId: origin.id } : {}),
    ...(isLater ? { executeAt } : {}),
  };
}

/** Neither a subscriber's own, nor what follows from a key, which may stand and fall with a subscriber's word. */
const isIssuers = (origin: OriginKind): boolean => !isSubscribersOwn(origin) && origin !== "shared-key";
