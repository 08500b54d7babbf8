import { authorityTables } from "../../authority/tables.ts";
import { defineTables } from "../../db/index.ts";
import { organizationTables } from "../../organizations/tables.ts";
import type { IssueFailure } from "../../requests/index.ts";
import { requestTables } from "../../requests/tables.ts";
import { GROUNDS, REASONS } from "../revocation.ts";
import { MASS_STATES, MEMBER_REPLACEMENTS, TIMINGS } from "./mass-revocation.ts";
import type { Selector } from "./selector.ts";

export const massRevocationTables = defineTables((c) => {
  const { subscribers } = organizationTables(c);
  const { certificates } = authorityTables(c);
  const { certificateRequests } = requestTables(c);

  /** A cause, the certificates it concerns, and how it went. */
  const massRevocations = c.table(
    "mass_revocations",
    {
      id: c.id("id").primaryKey(),
      name: c.text("name").notNull(),
      ground: c.choice("ground", GROUNDS).notNull(),
      reason: c.choice("reason", REASONS).notNull(),
      /** Shown to the subscribers. */
      explanation: c.text("explanation").notNull(),
      /** 訓練: everything but signing, revoking and mail. */
      drill: c.flag("drill").notNull(),
      knownAt: c.instant("known_at").notNull(),
      timing: c.choice("timing", TIMINGS).notNull(),
      dueAt: c.instant("due_at").notNull(),
      executeAt: c.instant("execute_at").notNull(),
      selector: c.json<Selector>("selector").notNull(),
      state: c.choice("state", MASS_STATES).notNull(),
      size: c.whole("size").notNull(),
      createdAt: c.instant("created_at").notNull(),
      createdBy: c.id("created_by").notNull(),
      createdByName: c.text("created_by_name").notNull(),
      startedAt: c.instant("started_at"),
      startedByName: c.text("started_by_name"),
      /** When every revocation was ordered, every subscriber told, every replacement decided. */
      preparedAt: c.instant("prepared_at"),
      /** When the last of the set was revoked or had ended. */
      revokedAt: c.instant("revoked_at"),
      closedAt: c.instant("closed_at"),
      closedByName: c.text("closed_by_name"),
      remark: c.text("remark"),
      version: c.whole("version").notNull(),
    },
    (t) => [c.index("mass_revocations_state").on(t.state, t.id)],
  );

  /** One certificate of the set, frozen when it was gathered. */
  const massRevocationMembers = c.table(
    "mass_revocation_members",
    {
      id: c.id("id").primaryKey(),
      massRevocationId: c
        .id("mass_revocation_id")
        .notNull()
        .references(() => massRevocations.id),
      certificateId: c
        .id("certificate_id")
        .notNull()
        .references(() => certificates.id),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      /** The request that the certificate came from. */
      requestId: c
        .id("request_id")
        .notNull()
        .references(() => certificateRequests.id),
      /** When its revocation was ordered, or found to be needless. */
      orderedAt: c.instant("ordered_at"),
      replacement: c.choice("replacement", MEMBER_REPLACEMENTS).notNull(),
      /** Why the issuing company could not replace it by itself. */
      problem: c.json<IssueFailure>("problem"),
    },
    (t) => [
      c.unique("mass_revocation_members_certificate").on(t.massRevocationId, t.certificateId),
      c.index("mass_revocation_members_subscriber").on(t.massRevocationId, t.subscriberId, t.id),
      c.index("mass_revocation_members_replacement").on(t.massRevocationId, t.replacement, t.id),
      c.index("mass_revocation_members_of").on(t.subscriberId, t.massRevocationId),
    ],
  );

  /** Who has been told what: each subscriber once of the plan and once of the end. */
  const massRevocationSubscribers = c.table(
    "mass_revocation_subscribers",
    {
      id: c.id("id").primaryKey(),
      massRevocationId: c
        .id("mass_revocation_id")
        .notNull()
        .references(() => massRevocations.id),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      toldOfPlanAt: c.instant("told_of_plan_at"),
      toldOfEndAt: c.instant("told_of_end_at"),
    },
    (t) => [
      c.unique("mass_revocation_subscribers_one").on(t.massRevocationId, t.subscriberId),
      c.index("mass_revocation_subscribers_of").on(t.subscriberId),
    ],
  );

  return { massRevocations, massRevocationMembers, massRevocationSubscribers };
});
