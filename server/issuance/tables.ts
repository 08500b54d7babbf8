import { authorityTables } from "../authority/tables.ts";
import { defineTables } from "../db/index.ts";
import { organizationTables } from "../organizations/tables.ts";
import { REQUEST_KINDS } from "../requests/index.ts";
import { requestTables } from "../requests/tables.ts";

export const issuanceTables = defineTables((c) => {
  const { subscribers } = organizationTables(c);
  const { certificates } = authorityTables(c);
  const { certificateRequests } = requestTables(c);

  /** What billing counts: one row for each certificate issued, written in the same transaction as the certificate. */
  const meteringEvents = c.table(
    "metering_events",
    {
      id: c.id("id").primaryKey(),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      requestId: c
        .id("request_id")
        .notNull()
        .unique()
        .references(() => certificateRequests.id),
      certificateId: c
        .id("certificate_id")
        .notNull()
        .unique()
        .references(() => certificates.id),
      product: c.text("product").notNull(),
      shape: c.text("shape").notNull(),
      licences: c.whole("licences").notNull(),
      names: c.whole("names").notNull(),
      kind: c.choice("kind", REQUEST_KINDS).notNull(),
      /** A reissue is not charged: it gives again what was paid for. */
      charged: c.flag("charged").notNull(),
      issuedAt: c.instant("issued_at").notNull(),
    },
    (t) => [c.index("metering_events_month").on(t.subscriberId, t.issuedAt)],
  );
  return { meteringEvents };
});
