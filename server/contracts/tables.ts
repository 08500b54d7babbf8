import { defineTables } from "../db/index.ts";
import { organizationTables } from "../organizations/tables.ts";

export const contractTables = defineTables((c) => {
  const { subscribers } = organizationTables(c);
  /** The service contract: 12 months from its start, with the number of certificates planned (コミットメント). */
  const contracts = c.table(
    "contracts",
    {
      id: c.id("id").primaryKey(),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      startsOn: c.day("starts_on").notNull(),
      endsOn: c.day("ends_on").notNull(),
      commitment: c.whole("commitment").notNull(),
      createdAt: c.instant("created_at").notNull(),
    },
    (t) => [c.index("contracts_subscriber").on(t.subscriberId, t.endsOn)],
  );
  return { contracts };
});
