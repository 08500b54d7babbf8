import { accountTables } from "../accounts/tables.ts";
import { authorityTables } from "../authority/tables.ts";
import { defineTables } from "../db/index.ts";
import { organizationTables } from "../organizations/tables.ts";
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
      receiptNumber: c.text("receipt_number").notNull().unique(),
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
      spkiSha256: c.text("spki_sha256").notNull(),
      keyDescription: c.text("key_description").notNull(),
      termDays: c.whole("term_days").notNull(),
      licences: c.whole("licences").notNull(),
      issueNoticeEmail: c.text("issue_notice_email").notNull(),
      place: c.text("place"),
      orderNumber: c.text("order_number"),
      memo: c.text("memo"),
      /** The certificate this one renews, if any. */
      renewsCertificateId: c.id("renews_certificate_id").references(() => certificates.id),
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
      c.index("certificate_requests_queue").on(t.subscriberId, t.state, t.id),
      c.index("certificate_requests_state").on(t.state, t.id),
      c.index("certificate_requests_certificate").on(t.certificateId),
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
    (t) => [c.index("request_events_request").on(t.requestId, t.id)],
  );

  return { certificateRequests, requestEvents };
});
