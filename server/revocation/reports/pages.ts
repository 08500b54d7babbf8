import { createHash } from "node:crypto";
import { and, asc, count, desc, eq, inArray, isNotNull, like, type SQL } from "drizzle-orm";
import { authorityTables, type CertificateState } from "../../authority/index.ts";
import { type Page, type Place, pageOf, placeOf, type Reader } from "../../db/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { operatorTables } from "../../operators/tables.ts";
import { organizationTables } from "../../organizations/tables.ts";
import { requestTables } from "../../requests/tables.ts";
import { revocationTables } from "../tables.ts";
import {
  type FoundBy,
  REPORT_STATES,
  type ReportEvent,
  type ReportState,
  type Urgency,
  urgencyOf,
} from "./report.ts";
import type { StoredReport } from "./store.ts";
import { reportTables } from "./tables.ts";

/** A report in the desk's list. */
export type ReportRow = Pick<
  StoredReport,
  | "id"
  | "receiptNumber"
  | "category"
  | "state"
  | "proof"
  | "domain"
  | "receivedAt"
  | "nextDueAt"
  | "preliminarySentAt"
> & {
  readonly assignee: string | null;
  readonly certificates: number;
  /** How near `nextDueAt` is; null once decided. */
  readonly urgency: Urgency | null;
};

export interface ReportFilters {
  readonly state: ReportState | null;
  /** The beginning of a receipt number; empty for all. */
  readonly search: string;
}

export interface ReportList extends Page<ReportRow> {
  readonly filters: ReportFilters;
  readonly place: Place;
  readonly counts: Readonly<Record<ReportState, number>>;
  readonly total: number;
}

/** Open reports are a queue of deadlines, and shown whole up to here. */
const QUEUE = 200;

/** Reports: the open ones by their next deadline, all others the newest first. */
export async function listReports(
  on: Reader,
  filters: ReportFilters,
  place: Place,
  now: Temporal.Instant,
): Promise<ReportList> {
  const { problemReports: r } = reportTables(on.columns);
  // Receipt numbers are upper case on both engines, and hold no wildcard once these signs alone are left.
  const typed = filters.search.toUpperCase().replace(/[^0-9A-Z-]/g, "");
  const searched = typed === "" ? undefined : like(r.receiptNumber, `${typed}%`);
  const counted = await on
    .select({ state: r.state, count: count() })
    .from(r)
    .where(searched)
    .groupBy(r.state);
  const counts = Object.fromEntries(
    REPORT_STATES.map((state) => [state, counted.find((one) => one.state === state)?.count ?? 0]),
  ) as Record<ReportState, number>;
  const inState = filters.state === null ? undefined : eq(r.state, filters.state);
  const total =
    filters.state === null ? REPORT_STATES.reduce((sum, one) => sum + counts[one], 0) : counts[filters.state];
  const head = { filters, place, counts, total };
  if (filters.state === "OPEN") {
    const rows = await rowsOf(on, and(searched, inState), [asc(r.nextDueAt), asc(r.id)], QUEUE, now);
    return { rows, newer: null, older: null, ...head };
  }
  const { where, order, limit } = placeOf(r.id, place);
  return { ...pageOf(await rowsOf(on, and(searched, inState, where), [order], limit, now), place), ...head };
}

async function rowsOf(
  on: Reader,
  where: SQL | undefined,
  order: readonly SQL[],
  limit: number,
  now: Temporal.Instant,
): Promise<ReportRow[]> {
  const { problemReports: r, reportedCertificates: rc } = reportTables(on.columns);
  const { staff } = operatorTables(on.columns);
  const rows = await on
    .select({
      id: r.id,
      receiptNumber: r.receiptNumber,
      category: r.category,
      state: r.state,
      proof: r.proof,
      domain: r.domain,
      receivedAt: r.receivedAt,
      nextDueAt: r.nextDueAt,
      preliminarySentAt: r.preliminarySentAt,
      assignee: staff.name,
    })
    .from(r)
    .leftJoin(staff, eq(staff.id, r.assigneeId))
    .where(where)
    .orderBy(...order)
    .limit(limit);
  if (rows.length === 0) return [];
  const counted = await on
    .select({ reportId: rc.reportId, count: count() })
    .from(rc)
    .where(
      inArray(
        rc.reportId,
        rows.map(({ id }) => id),
      ),
    )
    .groupBy(rc.reportId);
  const certificates = new Map(counted.map((one) => [one.reportId, one.count]));
  return rows.map((row) => ({
    ...row,
    certificates: certificates.get(row.id) ?? 0,
    urgency: row.nextDueAt && urgencyOf(row.nextDueAt, now),
  }));
}

/** A certificate as a report, or the page of a key, lists it. */
export interface ReportedCertificate {
  readonly id: Id;
  readonly serial: string;
  readonly profile: string;
  readonly subscriberId: Id | null;
  readonly subscriberName: string | null;
  readonly commonName: string | null;
  readonly notAfter: Temporal.Instant;
  readonly state: CertificateState;
  readonly revokedAt: Temporal.Instant | null;
  readonly spkiSha256: string;
  /** When a planned revocation will be carried out. */
  readonly plannedAt: Temporal.Instant | null;
}

/** Certificates with what the desk wants to know of them, the newest first. */
export async function certificateLines(on: Reader, where: SQL): Promise<ReportedCertificate[]> {
  const { certificates: c } = authorityTables(on.columns);
  const { subscribers: s } = organizationTables(on.columns);
  const { certificateRequests: q } = requestTables(on.columns);
  const { revocationOrders: o } = revocationTables(on.columns);
  return on
    .select({
      id: c.id,
      serial: c.serial,
      profile: c.profile,
      subscriberId: c.subscriberId,
      subscriberName: s.name,
      commonName: q.commonName,
      notAfter: c.notAfter,
      state: c.state,
      revokedAt: c.revokedAt,
      spkiSha256: c.spkiSha256,
      plannedAt: o.executeAt,
    })
    .from(c)
    .leftJoin(s, eq(s.id, c.subscriberId))
    .leftJoin(q, eq(q.certificateId, c.id))
    .leftJoin(o, eq(o.openFor, c.id))
    .where(where)
    .orderBy(desc(c.id))
    .limit(500);
}

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
  readonly events: readonly {
    readonly kind: ReportEvent;
    readonly at: Temporal.Instant;
    readonly actorKind: string;
    readonly actorName: string;
    readonly note: string | null;
  }[];
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
  const lines = attached.length === 0 ? [] : await certificateLines(on, inArray(c.id, [...foundBy.keys()]));
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
    events,
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

/** What the desk's home page and its health check ask: how many run, and which deadline comes first. */
export interface RunningReports {
  readonly total: number;
  readonly first: readonly ReportRow[];
}

export async function runningReports(
  on: Reader,
  limit: number,
  now: Temporal.Instant,
): Promise<RunningReports> {
  const { problemReports: r } = reportTables(on.columns);
  const where = and(eq(r.state, "OPEN"), isNotNull(r.nextDueAt));
  const [counted] = await on.select({ count: count() }).from(r).where(where);
  return { total: counted?.count ?? 0, first: await rowsOf(on, where, [asc(r.nextDueAt)], limit, now) };
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
