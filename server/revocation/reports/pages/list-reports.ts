import { and, asc, count, eq, inArray, isNotNull, like, type SQL } from "drizzle-orm";
import { type Page, type Place, pageOf, placeOf, type Reader } from "../../../db/index.ts";
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
