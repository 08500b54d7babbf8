import { defineTables } from "../db/index.ts";
import { organizationTables } from "../organizations/tables.ts";
import { VALIDATION_METHODS } from "../rules/index.ts";
import { APPROVAL_SCOPES, DOMAIN_STATES, VALIDATION_STATES } from "./domain.ts";

export const domainTables = defineTables((c) => {
  const { subscribers, applicantOrganizations } = organizationTables(c);

  /** A registrable domain or an address that an applicant organisation has registered (at most 50). */
  const domains = c.table(
    "domains",
    {
      id: c.id("id").primaryKey(),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      organizationId: c
        .id("organization_id")
        .notNull()
        .references(() => applicantOrganizations.id),
      kind: c.choice("kind", ["dns", "ip"] as const).notNull(),
      name: c.text("name").notNull(),
      unicodeName: c.text("unicode_name").notNull(),
      evEnabled: c.flag("ev_enabled").notNull(),
      state: c.choice("state", DOMAIN_STATES).notNull(),
      createdAt: c.instant("created_at").notNull(),
      version: c.whole("version").notNull(),
    },
    (t) => [
      c.unique("domains_name").on(t.organizationId, t.name),
      c.index("domains_subscriber").on(t.subscriberId, t.name),
    ],
  );

  /** 使用権確認: one attempt by one method, with the evidence. Never deleted, never reused for another name. */
  const domainValidations = c.table(
    "domain_validations",
    {
      id: c.id("id").primaryKey(),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      domainId: c
        .id("domain_id")
        .notNull()
        .references(() => domains.id),
      method: c.choice("method", VALIDATION_METHODS).notNull(),
      /** The name the applicant asked to have validated. */
      name: c.text("name").notNull(),
      /** The name at which it was proven (BR 1.6.1 Authorization Domain Name). */
      authorizationDomainName: c.text("authorization_domain_name"),
      scope: c.choice("scope", APPROVAL_SCOPES).notNull(),
      /** 指定文字列. It goes into public DNS, so it is no secret. */
      randomValue: c.text("random_value").notNull(),
      state: c.choice("state", VALIDATION_STATES).notNull(),
      startedAt: c.instant("started_at").notNull(),
      /** The random value is good until here: 30 days at most (BR 3.2.2.4). */
      valueUntil: c.instant("value_until").notNull(),
      validatedAt: c.instant("validated_at"),
      evidence: c.json<Record<string, unknown>>("evidence"),
      lastFailure: c.text("last_failure"),
      version: c.whole("version").notNull(),
    },
    (t) => [
      c.index("domain_validations_domain").on(t.domainId, t.state),
      c.index("domain_validations_subscriber").on(t.subscriberId),
    ],
  );

  return { domains, domainValidations };
});
