import { and, asc, count, eq, inArray, isNotNull, like, type SQL, sql } from "drizzle-orm";
import {
  type Count,
  countUpTo,
  cursorOf,
  type Page,
  type Place,
  pageOfStep,
  type Reader,
  stepFrom,
  sumOfCounts,
  type Track,
} from "../../../db/index.ts";
import { operatorTables } from "../../../operators/tables.ts";
import { REPORT_STATES, type ReportState, type Urgency, urgencyOf } from "../report.ts";
import type { StoredReport } from "../store.ts";
import { reportTables } from "../tables.ts";

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
  readonly counts: Readonly<Record<ReportState, Count>>;
  readonly all: Count;
  readonly total: Count;
}

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
  const counts = {} as Record<ReportState, Count>;
  for (const state of REPORT_STATES) {
    counts[state] = await countUpTo(on, r, and(searched, eq(r.state, state)));
  }
  const all = sumOfCounts(Object.values(counts));
  const total = filters.state === null ? all : counts[filters.state];
  const track = trackOf(on, filters.state, searched);
  const step = await stepFrom(on, track, place, null);
  const found = await rowsOf(on, step.where, step.order, step.limit, now, track);
  const { rows, newer, older } = pageOfStep(found, place, null);
  return { rows, newer, older, filters, place, counts, all, total };
}

/** The way along the reports of a state: the open ones by their next deadline, all others the newest first. */
function trackOf(on: Reader, state: ReportState | null, searched: SQL | undefined): Track {
  const { problemReports: r } = reportTables(on.columns);
  const where = and(searched, state === null ? undefined : eq(r.state, state));
  if (state !== "OPEN") return { from: r, where, key: [{ column: r.id }], direction: "falling" };
  return {
    from: r,
    where,
    key: [{ column: r.nextDueAt, number: true }, { column: r.id }],
    direction: "rising",
  };
}

async function rowsOf(
  on: Reader,
  where: SQL | undefined,
  order: readonly SQL[],
  limit: number,
  now: Temporal.Instant,
  track: Track | null = null,
): Promise<(ReportRow & { readonly cursor: string })[]> {
  const { problemReports: r, reportedCertificates: rc } = reportTables(on.columns);
  const { staff } = operatorTables(on.columns);
  const rows = await on
    .select({
      id: r.id,
      cursor: track === null ? sql<string>`''` : cursorOf(track),
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
