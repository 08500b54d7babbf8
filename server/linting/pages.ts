import { and, asc, count, desc, eq, gt } from "drizzle-orm";
import { authorityTables } from "../authority/tables.ts";
import type { Reader } from "../db/index.ts";
import { dayInJapan } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import type { ProfileName } from "../pki/index.ts";
import { lintingTables } from "./tables.ts";

/** How a report stands: under way, or with nothing found, or with something. */
export type LintReportState = "RUNNING" | "CLEAN" | "FAILING";

export interface LintReport {
  readonly id: Id;
  /** The day by whose rules it judges (UTC). */
  readonly rulesOf: Temporal.PlainDate;
  /** The day on which it ran, in Japan: what people call it by. */
  readonly day: Temporal.PlainDate;
  readonly state: LintReportState;
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant | null;
  readonly alive: number;
  readonly checked: number;
  readonly failed: number;
}

/** One lint and how many certificates it refused, of one profile. */
export interface FailedLint {
  readonly lint: string;
  readonly source: string;
  readonly profile: ProfileName;
  readonly certificates: number;
}

export interface LintFinding {
  readonly id: Id;
  readonly certificateId: Id;
  readonly subscriberId: Id | null;
  readonly profile: ProfileName;
  readonly serial: string;
  readonly commonName: string;
  readonly notAfter: Temporal.Instant;
  readonly lint: string;
  readonly source: string;
  readonly why: string;
}

export interface ShowLintReport {
  readonly report: LintReport;
  readonly groups: readonly FailedLint[];
  /** The first of them; the whole list is the download. */
  readonly findings: readonly LintFinding[];
}

const SHOWN = 100;

/** The latest reports, the newest first. */
export async function latestLintReports(on: Reader, limit: number): Promise<LintReport[]> {
  const { lintReports: r } = lintingTables(on.columns);
  const rows = await on.select().from(r).orderBy(desc(r.startedAt), desc(r.id)).limit(limit);
  return rows.map(reportOf);
}

const reportOf = (row: Omit<LintReport, "day" | "state">): LintReport => ({
  ...row,
  day: dayInJapan(row.startedAt),
  state: row.finishedAt === null ? "RUNNING" : row.failed === 0 ? "CLEAN" : "FAILING",
});

/** A report with what failed, grouped; null where there is none of this id (yet). */
export async function showLintReport(on: Reader, id: Id): Promise<ShowLintReport | null> {
  const { lintReports: r, lintFindings: f } = lintingTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const [report] = await on.select().from(r).where(eq(r.id, id));
  if (!report) return null;
  const groups = await on
    .select({ lint: f.lint, source: f.source, profile: c.profile, certificates: count() })
    .from(f)
    .innerJoin(c, eq(c.id, f.certificateId))
    .where(eq(f.reportId, id))
    .groupBy(f.lint, f.source, c.profile)
    .orderBy(asc(f.lint), asc(c.profile));
  return { report: reportOf(report), groups, findings: await lintFindings(on, id, null, SHOWN) };
}

/** The findings of a report in the order of their ids, after the one given. */
export function lintFindings(
  on: Reader,
  reportId: Id,
  after: Id | null,
  limit: number,
): Promise<LintFinding[]> {
  const { lintFindings: f } = lintingTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  return on
    .select({
      id: f.id,
      certificateId: f.certificateId,
      subscriberId: c.subscriberId,
      profile: c.profile,
      serial: c.serial,
      commonName: c.commonName,
      notAfter: c.notAfter,
      lint: f.lint,
      source: f.source,
      why: f.why,
    })
    .from(f)
    .innerJoin(c, eq(c.id, f.certificateId))
    .where(and(eq(f.reportId, reportId), after === null ? undefined : gt(f.id, after)))
    .orderBy(asc(f.id))
    .limit(limit);
}
