import { authorityTables } from "../authority/tables.ts";
import { defineTables } from "../db/index.ts";
import type { StaffRole } from "../kernel/actor.ts";
import { organizationTables } from "../organizations/tables.ts";
import { HOLDER_KINDS, OPERATOR_STATES, STAFF_STATES } from "./operator.ts";

export const operatorTables = defineTables((c) => {
  const { subscribers, people } = organizationTables(c);
  const { certificates } = authorityTables(c);

  const operators = c.table(
    "operators",
    {
      id: c.id("id").primaryKey(),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      personId: c
        .id("person_id")
        .notNull()
        .references(() => people.id),
      /** As in the operator certificate: T.YAMADA, at most 15 characters. */
      commonName: c.text("common_name").notNull(),
      email: c.text("email").notNull(),
      state: c.choice("state", OPERATOR_STATES).notNull(),
      createdAt: c.instant("created_at").notNull(),
      version: c.whole("version").notNull(),
    },
    (t) => [c.unique("operators_common_name").on(t.subscriberId, t.commonName)],
  );

  const staff = c.table("staff", {
    id: c.id("id").primaryKey(),
    name: c.text("name").notNull(),
    email: c.text("email").notNull().unique(),
    roles: c.json<StaffRole[]>("roles").notNull(),
    state: c.choice("state", STAFF_STATES).notNull(),
    createdAt: c.instant("created_at").notNull(),
    version: c.whole("version").notNull(),
  });

  /** Which certificate lets whom in. Asked on every request of a mutual-TLS site, by fingerprint. */
  const clientCertificates = c.table(
    "client_certificates",
    {
      id: c.id("id").primaryKey(),
      holderKind: c.choice("holder_kind", HOLDER_KINDS).notNull(),
      holderId: c.id("holder_id").notNull(),
      certificateId: c
        .id("certificate_id")
        .notNull()
        .references(() => certificates.id),
      fingerprint: c.text("fingerprint").notNull().unique(),
      createdAt: c.instant("created_at").notNull(),
      removedAt: c.instant("removed_at"),
    },
    (t) => [c.index("client_certificates_holder").on(t.holderKind, t.holderId)],
  );

  return { operators, staff, clientCertificates };
});
