import { defineTables } from "../db/index.ts";
import type { Details } from "./entry.ts";

export const auditTables = defineTables((c) => {
  /** Append-only: what happened, chained by hash to the entry before it in the same tenant. */
  const auditEntries = c.table(
    "audit_entries",
    {
      id: c.id("id").primaryKey(),
      /** A subscriber's id, or `system`. */
      tenant: c.text("tenant").notNull(),
      /** 1, 2, 3 … within the tenant, without a gap. */
      sequence: c.whole("sequence").notNull(),
      at: c.instant("at").notNull(),
      actorKind: c.choice("actor_kind", ["applicant", "operator", "staff", "system", "public"]).notNull(),
      actorId: c.id("actor_id"),
      actorName: c.text("actor_name").notNull(),
      action: c.text("action").notNull(),
      subjectKind: c.text("subject_kind").notNull(),
      subjectId: c.text("subject_id").notNull(),
      details: c.json<Details>("details").notNull(),
      /** Lower-case hex of SHA-256; sixty-four zeros before the first entry. */
      previousHash: c.text("previous_hash").notNull(),
      hash: c.text("hash").notNull(),
    },
    (t) => [
      c.unique("audit_entries_chain").on(t.tenant, t.sequence),
      c.index("audit_entries_tenant").on(t.tenant, t.id),
      c.index("audit_entries_subject").on(t.subjectKind, t.subjectId, t.id),
    ],
  );

  /** The end of each tenant's chain: the row that writers lock, and the witness against a cut-off tail. */
  const auditHeads = c.table("audit_heads", {
    tenant: c.text("tenant").primaryKey(),
    sequence: c.whole("sequence").notNull(),
    hash: c.text("hash").notNull(),
  });

  return { auditEntries, auditHeads };
});
