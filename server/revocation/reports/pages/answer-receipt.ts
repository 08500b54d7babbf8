import { and, asc, eq, isNotNull, ne } from "drizzle-orm";
import { authorityTables } from "../../../authority/index.ts";
import type { Reader } from "../../../db/index.ts";
import type { Id } from "../../../kernel/ids.ts";
import { organizationTables } from "../../../organizations/tables.ts";
import { displayName } from "../../../requests/index.ts";
import { revocationTables } from "../../tables.ts";
import { type ReportState, type Urgency, urgencyOf } from "../report.ts";
import { reportTables } from "../tables.ts";
import type { ShowReport } from "./show-report.ts";

/** What became of certificates, and whose they are. */
interface Outcome {
  /** Those who hear of it, each once. */
  readonly subscribers: readonly string[];
  readonly revoked: number;
  /** Revocations that are still to come, the first first. */
  readonly planned: readonly {
    readonly id: Id;
    readonly commonName: string;
    readonly at: Temporal.Instant;
  }[];
}

/** 完了 of an answer: what was said, to whom, what happens by itself, and what is next in the queue. */
export interface AnswerReceipt extends ShowReport, Outcome {
  readonly answer: "PRELIMINARY" | Exclude<ReportState, "OPEN">;
  readonly answeredAt: Temporal.Instant;
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
    ...(state === "REVOCATION_ORDERED" ? await orderedFor(on, shown.report.id) : outcomeOf(shown)),
    answer: state === "OPEN" ? "PRELIMINARY" : state,
    answeredAt,
    next: await nextInQueue(on, shown.report.id, now),
  };
}

/**
 * Of an answer that orders nothing everybody on the report hears. Only where it is closed as dealt with is what had
 * become of the certificates before a part of the answer.
 */
function outcomeOf({ report, subscribers, certificates }: ShowReport): Outcome {
  if (report.state !== "SETTLED") return { subscribers, revoked: 0, planned: [] };
  return {
    subscribers,
    revoked: certificates.filter(({ standing }) => standing === "REVOKED").length,
    planned: certificates
      .flatMap(({ id, commonName, plannedAt }) =>
        plannedAt === null ? [] : [{ id, commonName, at: plannedAt }],
      )
      .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at)),
  };
}

/** What was ordered because of the report, and nothing else that is on it: the subscribers hear from the orders. */
async function orderedFor(on: Reader, reportId: Id): Promise<Outcome> {
  const { certificates: c } = authorityTables(on.columns);
  const { subscribers: s } = organizationTables(on.columns);
  const { revocationOrders: o } = revocationTables(on.columns);
  const rows = await on
    .select({
      id: c.id,
      commonName: c.commonName,
      subscriberName: s.name,
      state: o.state,
      at: o.executeAt,
    })
    .from(o)
    .innerJoin(c, eq(c.id, o.certificateId))
    .leftJoin(s, eq(s.id, o.subscriberId))
    .where(and(eq(o.originId, reportId), eq(o.origin, "problem-report")))
    .orderBy(asc(o.executeAt), asc(o.id));
  return {
    subscribers: [...new Set(rows.flatMap(({ subscriberName }) => subscriberName ?? []))],
    revoked: rows.filter(({ state }) => state === "DONE").length,
    planned: rows.flatMap(({ id, commonName, state, at }) =>
      state === "PLANNED" ? [{ id, commonName: displayName(commonName), at }] : [],
    ),
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
