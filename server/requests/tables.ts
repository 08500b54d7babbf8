import { sql } from "drizzle-orm";
import { accountTables } from "../accounts/tables.ts";
import { authorityTables } from "../authority/tables.ts";
import { defineTables } from "../db/index.ts";
import { organizationTables } from "../organizations/tables.ts";
import { REISSUE_REASONS, REQUEST_KINDS } from "./replacement.ts";
import type { CoverageEvidence, IssueFailure } from "./request.ts";
import { PRODUCTS, REQUEST_EVENTS, REQUEST_STATES, SHAPES } from "./request.ts";

export const requestTables = defineTables((c) => {
  const { subscribers, people, applicantOrganizations } = organizationTables(c);
  const { applicantUsers } = accountTables(c);
  const { certificates } = authorityTables(c);

  const certificateRequests = c.table(
    "certificate_requests",
    {
      id: c.id("id").primaryKey(),
      receiptNumber: c.ascii("receipt_number").notNull().unique(),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      organizationId: c
        .id("organization_id")
        .notNull()
        .references(() => applicantOrganizations.id),
      requesterUserId: c
        .id("requester_user_id")
        .notNull()
        .references(() => applicantUsers.id),
      requesterPersonId: c
        .id("requester_person_id")
        .notNull()
        .references(() => people.id),
      product: c.choice("product", PRODUCTS).notNull(),
      shape: c.choice("shape", SHAPES).notNull(),
      subjectLanguage: c.choice("subject_language", ["ja", "en"] as const).notNull(),
      commonName: c.text("common_name").notNull(),
      names: c.json<string[]>("names").notNull(),
      csrDer: c.bytes("csr_der").notNull(),
      spkiSha256: c.ascii("spki_sha256").notNull(),
      keyDescription: c.text("key_description").notNull(),
      termDays: c.whole("term_days").notNull(),
      licences: c.whole("licences").notNull(),
      issueNoticeEmail: c.text("issue_notice_email").notNull(),
      place: c.text("place"),
      orderNumber: c.text("order_number"),
      memo: c.text("memo"),
      kind: c.choice("kind", REQUEST_KINDS).notNull(),
      /** The certificate that this one renews or takes the place of, if any. */
      replacesCertificateId: c.id("replaces_certificate_id").references(() => certificates.id),
      /** A reissue ends when the certificate it replaces would have; null: counted from its issuance. */
      endsAt: c.instant("ends_at"),
      reissueReason: c.choice("reissue_reason", REISSUE_REASONS),
      reissueNote: c.text("reissue_note"),
      /** Days from the new certificate to the revocation of the replaced one; null: it stays until its end. */
      graceDays: c.whole("grace_days"),
      /** The mass revocation in which the issuing company asked for it by itself. */
      massRevocationId: c.id("mass_revocation_id"),
      state: c.choice("state", REQUEST_STATES).notNull(),
      /** Each name and the validation that covered it when the certificate was made. */
      coverage: c.json<CoverageEvidence[]>("coverage"),
      failure: c.json<IssueFailure>("failure"),
      decisionReason: c.text("decision_reason"),
      decidedBy: c.text("decided_by"),
      decidedAt: c.instant("decided_at"),
      submittedAt: c.instant("submitted_at").notNull(),
      issuedAt: c.instant("issued_at"),
      /** How often issuing was begun, so that a request that fails each time is not tried for ever. */
      issueAttempts: c.whole("issue_attempts").notNull(),
      intentId: c.id("intent_id"),
      certificateId: c.id("certificate_id").references(() => certificates.id),
      firstDownloadedAt: c.instant("first_downloaded_at"),
      /** Made when the check page was shown: sending that page twice is one request. */
      submissionKey: c.text("submission_key").notNull(),
      version: c.whole("version").notNull(),
    },
    (t) => [
      c.unique("certificate_requests_submission").on(t.requesterUserId, t.submissionKey),
      c.index("certificate_requests_tenant").on(t.subscriberId, t.id),
      c.index("certificate_requests_receipt").on(t.subscriberId, t.receiptNumber),
      c.index("certificate_requests_queue").on(t.subscriberId, t.state, t.id),
      c
        .index("certificate_requests_issued")
        .on(t.subscriberId, t.issuedAt, t.kind)
        .where(sql`${t.issuedAt} is not null`),
      c.index("certificate_requests_state").on(t.state, t.id),
      c.index("certificate_requests_certificate").on(t.certificateId),
      c.index("certificate_requests_replaced").on(t.replacesCertificateId),
      c.index("certificate_requests_mass_revocation").on(t.massRevocationId, t.state),
      c.index("certificate_requests_intent").on(t.intentId),
    ],
  );

  /** The timeline of a request: who did what, when. */
  const requestEvents = c.table(
    "request_events",
    {
      id: c.id("id").primaryKey(),
      requestId: c
        .id("request_id")
        .notNull()
        .references(() => certificateRequests.id),
      subscriberId: c.id("subscriber_id").notNull(),
      kind: c.choice("kind", REQUEST_EVENTS).notNull(),
      at: c.instant("at").notNull(),
      actorKind: c.text("actor_kind").notNull(),
      actorName: c.text("actor_name").notNull(),
      reason: c.text("reason"),
    },
    (t) => [
      c.index("request_events_request").on(t.requestId, t.id),
      c.index("request_events_tenant").on(t.subscriberId, t.id),
    ],
  );

  /** The names of every request, for searching: most requests that people look for have no certificate yet. */
  const requestNames = c.table(
    "request_names",
    {
      requestId: c
        .id("request_id")
        .notNull()
        .references(() => certificateRequests.id),
      subscriberId: c.id("subscriber_id").notNull(),
      name: c.ascii("name").notNull(),
      /** As in certificate_names. */
      reversedName: c.ascii("reversed_name").notNull(),
    },
    (t) => [
      c.unique("request_names_request").on(t.requestId, t.name),
      c.index("request_names_name").on(t.subscriberId, t.name, t.requestId),
      c.index("request_names_domain").on(t.subscriberId, t.reversedName, t.requestId),
    ],
  );

  return { certificateRequests, requestNames, requestEvents };
});
