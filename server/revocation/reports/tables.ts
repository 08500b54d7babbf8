import { authorityTables } from "../../authority/tables.ts";
import { defineTables } from "../../db/index.ts";
import { LANGUAGES } from "../../kernel/languages.ts";
import { operatorTables } from "../../operators/tables.ts";
import { GROUNDS } from "../revocation.ts";
import {
  FOUND_BY,
  PROOF_KINDS,
  PROOF_RESULTS,
  REPORT_CATEGORIES,
  REPORT_EVENTS,
  REPORT_STATES,
  URGENCIES,
} from "./report.ts";

export const reportTables = defineTables((c) => {
  const { certificates } = authorityTables(c);
  const { staff } = operatorTables(c);

  /** Certificate problem reports, kept whole: what was told, what its proof came to, and what became of it. */
  const problemReports = c.table(
    "problem_reports",
    {
      id: c.id("id").primaryKey(),
      receiptNumber: c.text("receipt_number").notNull().unique(),
      /** Made with the form: sending the check page twice is one report. */
      submissionKey: c.text("submission_key").notNull().unique(),
      category: c.choice("category", REPORT_CATEGORIES).notNull(),
      language: c.choice("language", LANGUAGES).notNull(),
      description: c.text("description").notNull(),
      /** Which certificate, as far as the reporter could tell; normalised. */
      domain: c.text("domain"),
      serial: c.text("serial"),
      fingerprint: c.text("fingerprint"),
      certificateDer: c.bytes("certificate_der"),
      reporterName: c.text("reporter_name"),
      reporterEmail: c.text("reporter_email"),
      /** A private key is never stored: what remains of a proof is the hash of its public key. */
      proof: c.choice("proof", PROOF_RESULTS).notNull(),
      proofKind: c.choice("proof_kind", PROOF_KINDS),
      spkiSha256: c.text("spki_sha256"),
      keyDescription: c.text("key_description"),
      state: c.choice("state", REPORT_STATES).notNull(),
      receivedAt: c.instant("received_at").notNull(),
      preliminaryDueAt: c.instant("preliminary_due_at").notNull(),
      preliminarySentAt: c.instant("preliminary_sent_at"),
      decisionDueAt: c.instant("decision_due_at").notNull(),
      /** The earlier of the deadlines that still run; null once decided. */
      nextDueAt: c.instant("next_due_at"),
      preliminaryWarned: c.choice("preliminary_warned", URGENCIES).notNull(),
      decisionWarned: c.choice("decision_warned", URGENCIES).notNull(),
      assigneeId: c.id("assignee_id").references(() => staff.id),
      ground: c.choice("ground", GROUNDS),
      decisionReason: c.text("decision_reason"),
      decidedAt: c.instant("decided_at"),
      decidedBy: c.text("decided_by"),
      version: c.whole("version").notNull(),
    },
    (t) => [
      c.index("problem_reports_due").on(t.state, t.nextDueAt, t.id),
      c.index("problem_reports_state").on(t.state, t.id),
      c.index("problem_reports_key").on(t.spkiSha256),
    ],
  );

  /** The certificates that a report is about. */
  const reportedCertificates = c.table(
    "problem_report_certificates",
    {
      id: c.id("id").primaryKey(),
      reportId: c
        .id("report_id")
        .notNull()
        .references(() => problemReports.id),
      certificateId: c
        .id("certificate_id")
        .notNull()
        .references(() => certificates.id),
      foundBy: c.choice("found_by", FOUND_BY).notNull(),
      attachedAt: c.instant("attached_at").notNull(),
    },
    (t) => [
      c.unique("problem_report_certificates_once").on(t.reportId, t.certificateId),
      c.index("problem_report_certificates_certificate").on(t.certificateId),
    ],
  );

  /** The timeline of a report: who did what, when. */
  const reportEvents = c.table(
    "problem_report_events",
    {
      id: c.id("id").primaryKey(),
      reportId: c
        .id("report_id")
        .notNull()
        .references(() => problemReports.id),
      kind: c.choice("kind", REPORT_EVENTS).notNull(),
      at: c.instant("at").notNull(),
      actorKind: c.text("actor_kind").notNull(),
      actorName: c.text("actor_name").notNull(),
      note: c.text("note"),
    },
    (t) => [c.index("problem_report_events_report").on(t.reportId, t.id)],
  );

  return { problemReports, reportedCertificates, reportEvents };
});
