import { authorityTables } from "../authority/tables.ts";
import { defineTables } from "../db/index.ts";
import { organizationTables } from "../organizations/tables.ts";
import { GROUNDS, ORDER_STATES, ORIGINS, REASONS } from "./revocation.ts";

export const revocationTables = defineTables((c) => {
  const { certificates } = authorityTables(c);
  const { subscribers } = organizationTables(c);

  /** Every revocation that was ordered: by whom, why, by when, and what became of it. */
  const revocationOrders = c.table(
    "revocation_orders",
    {
      id: c.id("id").primaryKey(),
      certificateId: c
        .id("certificate_id")
        .notNull()
        .references(() => certificates.id),
      subscriberId: c.id("subscriber_id").references(() => subscribers.id),
      reason: c.choice("reason", REASONS).notNull(),
      ground: c.choice("ground", GROUNDS).notNull(),
      /** In the words of whoever ordered it; the subscriber reads it. */
      explanation: c.text("explanation").notNull(),
      state: c.choice("state", ORDER_STATES).notNull(),
      orderedAt: c.instant("ordered_at").notNull(),
      /** The deadline of BR 4.9.1.1, counted from when the issuer learnt of the ground. */
      dueAt: c.instant("due_at").notNull(),
      executeAt: c.instant("execute_at").notNull(),
      doneAt: c.instant("done_at"),
      actorKind: c.text("actor_kind").notNull(),
      actorId: c.id("actor_id"),
      actorName: c.text("actor_name").notNull(),
      origin: c.choice("origin", ORIGINS).notNull(),
      originId: c.id("origin_id"),
      cancelledBy: c.text("cancelled_by"),
      cancelReason: c.text("cancel_reason"),
      /** The certificate while the order is PLANNED, null afterwards: one open order a certificate. */
      openFor: c.id("open_for"),
      version: c.whole("version").notNull(),
    },
    (t) => [
      c.unique("revocation_orders_open").on(t.openFor),
      c.index("revocation_orders_certificate").on(t.certificateId, t.id),
      c.index("revocation_orders_tenant").on(t.subscriberId, t.state, t.executeAt),
      c.index("revocation_orders_execution").on(t.state, t.executeAt),
      c.index("revocation_orders_due").on(t.state, t.dueAt, t.id),
      c.index("revocation_orders_state").on(t.state, t.id),
      c.index("revocation_orders_origin").on(t.originId),
    ],
  );
  return { revocationOrders };
});

/** What of the order that waits for a certificate tells when it goes, and whether somebody may still call it off. */
export const planColumns = (o: ReturnType<typeof revocationTables>["revocationOrders"]) => ({
  id: o.id,
  state: o.state,
  ground: o.ground,
  origin: o.origin,
  originId: o.originId,
  executeAt: o.executeAt,
});
