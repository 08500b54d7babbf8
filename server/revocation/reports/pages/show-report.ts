import { createHash } from "node:crypto";
import { asc, desc, eq, inArray } from "drizzle-orm";
import { authorityTables } from "../../../authority/index.ts";
import type { Reader } from "../../../db/index.ts";
import type { Id } from "../../../kernel/ids.ts";
import { operatorTables } from "../../../operators/tables.ts";
import {
  type FoundBy,
  isRevocable,
  isSettled,
  type ReportState,
  type Urgency,
  urgencyOf,
} from "../report.ts";
import type { StoredReport } from "../store.ts";
import { reportTables } from "../tables.ts";
import { certificateLines, type ReportedCertificate } from "./certificate-lines.ts";
import { type ReportStep, stepOf } from "./report-step.ts";

export interface ShowReport {
  readonly report: Omit<StoredReport, "certificateDer" | "submissionKey"> & {
    /** Of the certificate that was sent along, whoever issued it. */
    readonly sentFingerprint: string | null;
  };
  readonly assignee: string | null;
  readonly clocks: readonly {
    readonly which: "preliminary" | "decision";
    readonly dueAt: Temporal.Instant;
    readonly doneAt: Temporal.Instant | null;
    /** Of a deadline that was met late: OVERDUE; null where it was met in time. */
    readonly urgency: Urgency | null;
  }[];
  readonly certificates: readonly (ReportedCertificate & { readonly foundBy: FoundBy })[];
  /** What can be revoked because of the report, planned to be or not. */
  readonly revocable: readonly ReportedCertificate[];
  /** Everything on it is revoked, or firmly planned for the time by which the report must be decided. */
  readonly settled: boolean;
  /** Those whose certificates it is about, each once. */
  readonly subscribers: readonly string[];
  readonly events: readonly ReportStep[];
  /** Other reports about the same key. */
  readonly sameKey: readonly {
    readonly id: Id;
    readonly receiptNumber: string;
    readonly state: ReportState;
  }[];
}

/** One report with everything about it; null: there is none. */
export async function showReport(on: Reader, id: Id, now: Temporal.Instant): Promise<ShowReport | null> {
  const { problemReports: r, reportedCertificates: rc, reportEvents: e } = reportTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const { staff } = operatorTables(on.columns);
  const [row] = await on
    .select({ report: r, assignee: staff.name })
    .from(r)
    .leftJoin(staff, eq(staff.id, r.assigneeId))
    .where(eq(r.id, id));
  if (!row) return null;
  const attached = await on
    .select({ certificateId: rc.certificateId, foundBy: rc.foundBy })
    .from(rc)
    .where(eq(rc.reportId, id))
    .orderBy(asc(rc.id));
  const foundBy = new Map(attached.map((one) => [one.certificateId, one.foundBy]));
  const lines =
    attached.length === 0 ? [] : await certificateLines(on, inArray(c.id, [...foundBy.keys()]), now);
  const events = await on
    .select({ kind: e.kind, at: e.at, actorKind: e.actorKind, actorName: e.actorName, note: e.note })
    .from(e)
    .where(eq(e.reportId, id))
    .orderBy(asc(e.id));
  const { certificateDer, submissionKey: _key, ...report } = row.report;
  return {
    report: { ...report, sentFingerprint: certificateDer && fingerprintOf(certificateDer) },
    assignee: row.assignee,
    clocks: [
      clock("preliminary", report.preliminaryDueAt, report.preliminarySentAt, now),
      clock("decision", report.decisionDueAt, report.decidedAt, now),
    ],
    certificates: lines.map((line) => ({ ...line, foundBy: foundBy.get(line.id) ?? "STAFF" })),
    revocable: lines.filter((line) => isRevocable(line, now)),
    settled: isSettled(lines, report.decisionDueAt, now),
    subscribers: [...new Set(lines.flatMap(({ subscriberName }) => subscriberName ?? []))],
    events: events.map(stepOf),
    sameKey: await othersWithKey(on, row.report),
  };
}

function clock(
  which: "preliminary" | "decision",
  dueAt: Temporal.Instant,
  doneAt: Temporal.Instant | null,
  now: Temporal.Instant,
): ShowReport["clocks"][number] {
  const urgency = urgencyOf(dueAt, doneAt ?? now);
  return { which, dueAt, doneAt, urgency: doneAt === null || urgency === "OVERDUE" ? urgency : null };
}

async function othersWithKey(on: Reader, { id, spkiSha256 }: StoredReport): Promise<ShowReport["sameKey"]> {
  if (spkiSha256 === null) return [];
  const { problemReports: r } = reportTables(on.columns);
  const rows = await on
    .select({ id: r.id, receiptNumber: r.receiptNumber, state: r.state })
    .from(r)
    .where(eq(r.spkiSha256, spkiSha256))
    .orderBy(desc(r.id))
    .limit(20);
  return rows.filter((one) => one.id !== id);
}

/** A certificate of ours by serial or fingerprint, for putting it on a report. */
export async function certificateNamed(
  on: Reader,
  named: { readonly serial: string } | { readonly fingerprint: string },
): Promise<readonly { readonly id: Id; readonly serial: string }[]> {
  const { certificates: c } = authorityTables(on.columns);
  const where = "serial" in named ? eq(c.serial, named.serial) : eq(c.fingerprint, named.fingerprint);
  return on.select({ id: c.id, serial: c.serial }).from(c).where(where).limit(2);
}

const fingerprintOf = (der: Uint8Array): string => createHash("sha256").update(der).digest("hex");
