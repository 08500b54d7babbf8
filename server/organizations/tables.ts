import { defineTables } from "../db/index.ts";
import type { SubscriberPolicy } from "./organization.ts";
import { LEGAL_FORMS, ORGANIZATION_STATES, SUBSCRIBER_STATES } from "./organization.ts";

export const organizationTables = defineTables((c) => {
  /** 加入者: the contracting company. Its id is the tenant. */
  const subscribers = c.table("subscribers", {
    id: c.id("id").primaryKey(),
    siteId: c.text("site_id").notNull().unique(),
    name: c.text("name").notNull(),
    noticeAddress: c.text("notice_address").notNull(),
    language: c.choice("language", ["ja", "en"] as const).notNull(),
    policy: c.json<SubscriberPolicy>("policy").notNull(),
    state: c.choice("state", SUBSCRIBER_STATES).notNull(),
    createdAt: c.instant("created_at").notNull(),
    version: c.whole("version").notNull(),
  });

  /** A human being of a subscriber: an operator and that operator's applicant login are one person. */
  const people = c.table(
    "people",
    {
      id: c.id("id").primaryKey(),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      name: c.text("name").notNull(),
      kana: c.text("kana"),
      department: c.text("department"),
      email: c.text("email").notNull(),
      phone: c.text("phone"),
      createdAt: c.instant("created_at").notNull(),
    },
    (t) => [c.index("people_subscriber").on(t.subscriberId)],
  );

  /** 申請法人: the O of the subject. A subscriber may hold several. Legal names are kept as typed, never normalised. */
  const applicantOrganizations = c.table(
    "applicant_organizations",
    {
      id: c.id("id").primaryKey(),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      nameJa: c.text("name_ja").notNull(),
      nameEn: c.text("name_en"),
      legalForm: c.choice("legal_form", LEGAL_FORMS).notNull(),
      registryNumber: c.text("registry_number"),
      mainPhone: c.text("main_phone").notNull(),
      representativeName: c.text("representative_name").notNull(),
      postalCode: c.text("postal_code").notNull(),
      country: c.text("country").notNull(),
      prefecture: c.text("prefecture").notNull(),
      localityJa: c.text("locality_ja").notNull(),
      localityEn: c.text("locality_en"),
      street: c.text("street").notNull(),
      evEnabled: c.flag("ev_enabled").notNull(),
      evCategory: c.text("ev_category"),
      state: c.choice("state", ORGANIZATION_STATES).notNull(),
      vettedAt: c.instant("vetted_at"),
      vettedUntil: c.instant("vetted_until"),
      createdAt: c.instant("created_at").notNull(),
      version: c.whole("version").notNull(),
    },
    (t) => [c.index("applicant_organizations_subscriber").on(t.subscriberId)],
  );

  /** 申請責任者: employed at the applicant organisation, confirms intent by phone. */
  const responsiblePersons = c.table(
    "responsible_persons",
    {
      id: c.id("id").primaryKey(),
      organizationId: c
        .id("organization_id")
        .notNull()
        .references(() => applicantOrganizations.id),
      name: c.text("name").notNull(),
      kana: c.text("kana").notNull(),
      department: c.text("department"),
      title: c.text("title"),
      phone: c.text("phone"),
      email: c.text("email"),
    },
    (t) => [c.index("responsible_persons_organization").on(t.organizationId)],
  );

  return { subscribers, people, applicantOrganizations, responsiblePersons };
});
