import { and, asc, eq, isNotNull, ne } from "drizzle-orm";
import type { Reader } from "../../../db/index.ts";
import type { Id } from "../../../kernel/ids.ts";
import { type ReportState, type Urgency, urgencyOf } from "../report.ts";
import { reportTables } from "../tables.ts";
import type { ShowReport } from "./show-report.ts";

/** 完了 of an answer: what was said, to whom, what happens by itself, and what is next in the queue. */
export interface AnswerReceipt extends ShowReport {
  readonly answer: "PRELIMINARY" | Exclude<ReportState, "OPEN">;
  readonly answeredAt: Temporal.Instant;
  /** Revocations that are still to come, the first first. */
  readonly planned: readonly {
    readonly id: Id;
    readonly commonName: string;
    readonly at: Temporal.Instant;
  }[];
  readonly revoked: number;
  /** The open report with the nearest deadline, other than this. */
  readonly next: {
    readonly id: Id;
    readonly receiptNumber: string;
    readonly dueAt: Temporal.Instant;
    readonly urgency: Urgency;
  } | null;
}

/** Null: nothing has been answered yet. */
export async function answerReceipt(
  on: Reader,
  shown: ShowReport,
  now: Temporal.Instant,
): Promise<AnswerReceipt | null> {
  const { state, decidedAt } = shown.report;
  // It may have been sent again since the first time, which is the one that counts.
  const sentLast = shown.events.findLast(({ kind }) => kind === "PRELIMINARY_SENT")?.at ?? null;
  const answeredAt = state === "OPEN" ? sentLast : decidedAt;
  if (answeredAt === null) return null;
  return {
    ...shown,
    answer: state === "OPEN" ? "PRELIMINARY" : state,
    answeredAt,
    planned: shown.certificates
      .flatMap(({ id, commonName, plannedAt }) =>
        plannedAt === null ? [] : [{ id, commonName, at: plannedAt }],
      )
      .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at)),
    revoked: shown.certificates.filter(({ standing }) => standing === "REVOKED").length,
    next: await nextInQueue(on, shown.report.id, now),
  };
}

async function nextInQueue(on: Reader, id: Id, now: Temporal.Instant): Promise<AnswerReceipt["next"]> {
  const { problemReports: r } = reportTables(on.columns);
  const [row] = await on
    .select({ id: r.id, receiptNumber: r.receiptNumber, dueAt: r.nextDueAt })
    .from(r)
    .where(and(eq(r.state, "OPEN"), isNotNull(r.nextDueAt), ne(r.id, id)))
    .orderBy(asc(r.nextDueAt))
    .limit(1);
  if (!row || row.dueAt === null) return null;
  return { ...row, dueAt: row.dueAt, urgency: urgencyOf(row.dueAt, now) };
}
