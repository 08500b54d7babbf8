import { appendAudit } from "../../audit/index.ts";
import type { Executor } from "../../db/index.ts";
import type { StaffActor } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import { type Mail, queueMails } from "../../outbox/index.ts";
import { orderOrHasten } from "../order-or-hasten.ts";
import { deadlineOf, type Ground, type RevocationOrder, requireRevoking } from "../revocation.ts";
import { type ConcernedSubscriber, subscribersOf } from "./correspondents.ts";
import type { ReportDeps } from "./file-report.ts";
import { reporterMail, subscriberMail } from "./mails.ts";
import { isSettled, type ReportEvent, type ReportState } from "./report.ts";
import { reportStore, type StoredReport } from "./store.ts";

/**
 * What the desk answers: the preliminary report, and the decision, which is a revocation, none, or none any more.
 * Each takes the version of the report that its sender saw, where somebody looked at it first: what was put on it or
 * answered meanwhile, by whomever, makes the answer a stale-version.
 * Problem in all of it: not-allowed, for staff that decide nothing about revocations.
 */

/**
 * Sends the preliminary report to the reporter, who may be anonymous, and to the subscribers of the certificates
 * (BR 4.9.5), and stops the clock of the first 24 hours. May be repeated when more is known; the first time counts.
 * Problem: not-found, report-not-open, stale-version
 */
export async function sendPreliminaryReport(
  deps: ReportDeps,
  actor: StaffActor,
  id: Id,
  words: string,
  seen?: number,
): Promise<void> {
  requireRevoking(actor);
  const now = deps.clock.now();
  await deps.db.transact(async (tx) => {
    const store = reportStore(tx);
    const report = await store.open(id, seen);
    await store.change(report, { preliminarySentAt: report.preliminarySentAt ?? now });
    await store.note(id, "PRELIMINARY_SENT", actor, now, words);
    const subscribers = await subscribersOf(tx, await store.certificateIds(id));
    await queueMails(tx, mailsOf(deps, report, "preliminary", words, subscribers, now));
    await record(tx, actor, report, "problem-report.preliminary-sent", { words }, now);
  });
  deps.kickMail();
}

export interface Upholding {
  readonly certificateIds: readonly Id[];
  readonly ground: Ground;
  readonly reason: RevocationOrder["reason"];
  /** Goes to the subscriber with the order, and to the reporter. */
  readonly explanation: string;
  readonly executeAt: Temporal.Instant;
}

/** How many are revoked or planned for it; `refused` stay as they are, each with its problem. */
export interface Upheld {
  readonly ordered: number;
  readonly refused: readonly { readonly certificateId: Id; readonly problem: Problem }[];
}

/**
 * Decides that the report is right: orders the revocations, whose deadline runs from the receipt of the report
 * (BR 4.9.5), and tells the reporter. The subscribers hear from the orders. What waits for another planned revocation
 * is revoked no later than ordered here. Where every order is refused, nothing is decided.
 * Problem: not-found, report-not-open, stale-version, and the first refusal's where nothing could be ordered
 */
export async function upholdReport(
  deps: ReportDeps,
  actor: StaffActor,
  id: Id,
  { certificateIds, ground, reason, explanation, executeAt }: Upholding,
  seen?: number,
): Promise<Upheld> {
  requireRevoking(actor);
  const now = deps.clock.now();
  const upheld = await deps.db.transact(async (tx): Promise<Upheld> => {
    const store = reportStore(tx);
    const report = await store.open(id, seen);
    const onReport = new Set(await store.certificateIds(id));
    await decide(tx, report, actor, { state: "REVOCATION_ORDERED", ground, reason: explanation }, now);
    const { reporterEmail } = report;
    if (reporterEmail !== null) {
      await queueMails(tx, [reporterMail({ ...report, reporterEmail }, "upheld", explanation, deps, now)]);
    }
    const orders = certificateIds
      .filter((one) => onReport.has(one))
      .map((certificateId) => ({
        certificateId,
        ground,
        reason,
        explanation,
        executeAt,
        dueAt: deadlineOf(ground, report.receivedAt),
        origin: { kind: "problem-report", id } as const,
      }));
    const { refused } = await orderOrHasten(tx, deps, actor, orders, now);
    const isRefused = new Set(refused.map(({ certificateId }) => certificateId));
    const ordered = orders.filter(({ certificateId }) => !isRefused.has(certificateId));
    // Also where none of them is on the report any more: a report that is right has something revoked.
    if (ordered.length === 0) throw refused[0]?.problem ?? new Problem("not-found");
    await record(
      tx,
      actor,
      report,
      "problem-report.upheld",
      { ground, reason, certificates: ordered.map(({ certificateId }) => certificateId) },
      now,
    );
    return { ordered: ordered.length, refused };
  });
  deps.kickMail();
  deps.publishSoon();
  return upheld;
}

/**
 * Decides that nothing is to be revoked, and says why to the reporter and the subscribers.
 * Problem: not-found, report-not-open, stale-version
 */
export const dismissReport = (
  deps: ReportDeps,
  actor: StaffActor,
  id: Id,
  reason: string,
  seen?: number,
): Promise<void> => closeReport(deps, actor, id, { state: "DISMISSED", kind: "dismissed", reason, seen });

/**
 * Closes a report of which everything is revoked or firmly planned, and says so to the reporter and the subscribers.
 * Problem: not-found, report-not-open, stale-version, report-not-settled
 */
export const settleReport = (
  deps: ReportDeps,
  actor: StaffActor,
  id: Id,
  reason: string,
  seen?: number,
): Promise<void> => closeReport(deps, actor, id, { state: "SETTLED", kind: "settled", reason, seen });

interface Closing {
  readonly state: "SETTLED" | "DISMISSED";
  readonly kind: "settled" | "dismissed";
  readonly reason: string;
  readonly seen: number | undefined;
}

async function closeReport(
  deps: ReportDeps,
  actor: StaffActor,
  id: Id,
  { state, kind, reason, seen }: Closing,
): Promise<void> {
  requireRevoking(actor);
  const now = deps.clock.now();
  await deps.db.transact(async (tx) => {
    const store = reportStore(tx);
    const report = await store.open(id, seen);
    if (state === "SETTLED" && !isSettled(await store.standings(id, now), report.decisionDueAt, now)) {
      throw new Problem("report-not-settled");
    }
    await decide(tx, report, actor, { state, ground: null, reason }, now);
    const subscribers = await subscribersOf(tx, await store.certificateIds(id));
    await queueMails(tx, mailsOf(deps, report, kind, reason, subscribers, now));
    await record(tx, actor, report, `problem-report.${kind}`, { reason }, now);
  });
  deps.kickMail();
}

/** A decision within the first 24 hours says more than a preliminary report would: it stops both clocks. */
async function decide(
  tx: Executor,
  report: StoredReport,
  actor: StaffActor,
  {
    state,
    ground,
    reason,
  }: {
    readonly state: Exclude<ReportState, "OPEN">;
    readonly ground: Ground | null;
    readonly reason: string;
  },
  now: Temporal.Instant,
): Promise<void> {
  const store = reportStore(tx);
  await store.change(report, {
    state,
    ground,
    decisionReason: reason,
    decidedAt: now,
    decidedBy: actor.name,
    preliminarySentAt: report.preliminarySentAt ?? now,
  });
  const event: ReportEvent = state === "REVOCATION_ORDERED" ? "UPHELD" : state;
  await store.note(report.id, event, actor, now, reason);
}

function mailsOf(
  deps: ReportDeps,
  report: StoredReport,
  kind: "preliminary" | Closing["kind"],
  words: string,
  subscribers: readonly ConcernedSubscriber[],
  now: Temporal.Instant,
): Mail[] {
  const { reporterEmail } = report;
  return [
    ...(reporterEmail === null ? [] : [reporterMail({ ...report, reporterEmail }, kind, words, deps, now)]),
    ...subscribers.map((one) => subscriberMail(report, kind, words, one, deps, now)),
  ];
}

async function record(
  tx: Executor,
  actor: StaffActor,
  report: StoredReport,
  action: `problem-report.${string}`,
  details: Readonly<Record<string, string | readonly string[]>>,
  at: Temporal.Instant,
): Promise<void> {
  await appendAudit(tx, [
    {
      tenant: "system",
      at,
      actor,
      action,
      subject: { kind: "problemReport", id: report.id },
      details: { receiptNumber: report.receiptNumber, ...details },
    },
  ]);
}
