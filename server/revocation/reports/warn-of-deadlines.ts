import { and, asc, eq, lte } from "drizzle-orm";
import type { Database, Reader } from "../../db/index.ts";
import { system } from "../../kernel/actor.ts";
import type { Clock } from "../../kernel/clock.ts";
import { isProblem } from "../../kernel/problem.ts";
import { type Mail, queueMails } from "../../outbox/index.ts";
import { deskAddresses } from "./correspondents.ts";
import { type ReportMailFrame, warningMail } from "./mails.ts";
import { isWorse, type Urgency, urgencyOf, WARNED_AHEAD } from "./report.ts";
import { reportStore } from "./store.ts";
import { reportTables } from "./tables.ts";

export interface WarningDeps extends ReportMailFrame {
  readonly db: Database;
  readonly clock: Clock;
}

/** A deadline that is near or has passed, for the log. */
export interface DeadlineWarning {
  readonly receiptNumber: string;
  readonly which: "preliminary" | "decision";
  readonly urgency: Urgency;
  readonly dueAt: Temporal.Instant;
}

const WATCH = system("problem-report-deadlines");

/**
 * Warns the desk 6 hours before a deadline of an open report, 1 hour before it, and when it has passed: each once, by
 * mail and in the report's timeline. Gives what it warned of.
 */
export async function warnOfDeadlines(deps: WarningDeps): Promise<readonly DeadlineWarning[]> {
  const now = deps.clock.now();
  const near = await nearDeadlines(deps.db.read, now);
  const warned: DeadlineWarning[] = [];
  for (const report of near) {
    for (const warning of warningsOf(report, now)) {
      if (await warn(deps, report, warning, now)) warned.push(warning);
    }
  }
  return warned;
}

type Near = Awaited<ReturnType<typeof nearDeadlines>>[number];

/** Open reports with a deadline near or passed, without what strangers wrote and sent: there may be many. */
function nearDeadlines(on: Reader, now: Temporal.Instant) {
  const { problemReports: r } = reportTables(on.columns);
  return on
    .select({
      id: r.id,
      receiptNumber: r.receiptNumber,
      preliminarySentAt: r.preliminarySentAt,
      preliminaryDueAt: r.preliminaryDueAt,
      preliminaryWarned: r.preliminaryWarned,
      decisionDueAt: r.decisionDueAt,
      decisionWarned: r.decisionWarned,
    })
    .from(r)
    .where(and(eq(r.state, "OPEN"), lte(r.nextDueAt, now.add(WARNED_AHEAD))))
    .orderBy(asc(r.nextDueAt));
}

/** What has to be said about a report now; pure. */
function warningsOf(report: Near, now: Temporal.Instant): DeadlineWarning[] {
  const { receiptNumber } = report;
  const warnings: DeadlineWarning[] = [];
  const look = (which: DeadlineWarning["which"], dueAt: Temporal.Instant, warned: Urgency) => {
    const urgency = urgencyOf(dueAt, now);
    if (isWorse(urgency, warned)) warnings.push({ receiptNumber, which, urgency, dueAt });
  };
  if (report.preliminarySentAt === null)
    look("preliminary", report.preliminaryDueAt, report.preliminaryWarned);
  look("decision", report.decisionDueAt, report.decisionWarned);
  return warnings;
}

/** False when somebody worked on the report meanwhile: the next look decides anew. */
async function warn(
  deps: WarningDeps,
  { id }: Near,
  { which, urgency, dueAt }: DeadlineWarning,
  now: Temporal.Instant,
): Promise<boolean> {
  try {
    await deps.db.transact(async (tx) => {
      const store = reportStore(tx);
      const report = await store.open(id);
      const field = which === "preliminary" ? "preliminaryWarned" : "decisionWarned";
      await store.change(report, { [field]: urgency });
      await store.note(id, "WARNED", WATCH, now, `${which}:${urgency}`);
      const desk = await deskAddresses(tx);
      const mails: Mail[] =
        desk.length === 0 ? [] : [warningMail(report, { which, dueAt, urgency }, desk, deps, now)];
      await queueMails(tx, mails);
    });
    return true;
  } catch (error) {
    if (isProblem(error, "stale-version") || isProblem(error, "report-not-open")) return false;
    throw error;
  }
}
