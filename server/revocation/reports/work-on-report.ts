import { appendAudit } from "../../audit/index.ts";
import type { Executor } from "../../db/index.ts";
import type { StaffActor } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import type { ReportDeps } from "./file-report.ts";
import type { ReportEvent } from "./report.ts";
import { reportStore, type StoredReport } from "./store.ts";

/** The small steps of an investigation: each is a line in the report's timeline and an entry in the audit log. */

type Deps = Pick<ReportDeps, "db" | "clock">;

/** Takes an open report on oneself, from whoever had it. Problem: not-found, report-not-open, stale-version */
export function takeReport(deps: Deps, actor: StaffActor, id: Id): Promise<void> {
  return step(deps, actor, id, "ASSIGNED", null, async (tx, report) => {
    await reportStore(tx).change(report, { assigneeId: actor.staffId });
  });
}

/** Writes down what was found out; also on a decided report. Problem: not-found */
export function noteOnReport(deps: Deps, actor: StaffActor, id: Id, note: string): Promise<void> {
  return step(deps, actor, id, "NOTED", note, async () => {}, "any");
}

/**
 * Puts a certificate on an open report, which is another report from then on: what somebody is about to answer to it
 * was meant for other certificates. Problem: not-found, report-not-open, already-exists, stale-version
 */
export function attachCertificate(
  deps: Deps,
  actor: StaffActor,
  id: Id,
  { certificateId, serial }: { readonly certificateId: Id; readonly serial: string },
): Promise<void> {
  return step(deps, actor, id, "CERTIFICATE_ATTACHED", serial, async (tx, report, now) => {
    const store = reportStore(tx);
    const added = await store.attach(id, [{ certificateId, foundBy: "STAFF" }], now);
    if (added.length === 0) throw new Problem("already-exists", { field: serial });
    await store.change(report, {});
  });
}

/**
 * Takes a certificate off an open report that it has nothing to do with, which is another report from then on.
 * Problem: not-found, report-not-open, stale-version
 */
export function detachCertificate(
  deps: Deps,
  actor: StaffActor,
  id: Id,
  { certificateId, serial }: { readonly certificateId: Id; readonly serial: string },
): Promise<void> {
  return step(deps, actor, id, "CERTIFICATE_DETACHED", serial, async (tx, report) => {
    const store = reportStore(tx);
    await store.detach(id, certificateId);
    await store.change(report, {});
  });
}

function step(
  { db, clock }: Deps,
  actor: StaffActor,
  id: Id,
  kind: ReportEvent,
  note: string | null,
  work: (tx: Executor, report: StoredReport, now: Temporal.Instant) => Promise<void>,
  state: "open" | "any" = "open",
): Promise<void> {
  const now = clock.now();
  return db.transact(async (tx) => {
    const store = reportStore(tx);
    const report = state === "open" ? await store.open(id) : await store.byId(id);
    await work(tx, report, now);
    await store.note(id, kind, actor, now, note);
    await appendAudit(tx, [
      {
        tenant: "system",
        at: now,
        actor,
        action: ACTIONS[kind] ?? "problem-report.noted",
        subject: { kind: "problemReport", id },
        details: { receiptNumber: report.receiptNumber, ...(note === null ? {} : { note }) },
      },
    ]);
  });
}

const ACTIONS: Partial<Record<ReportEvent, `problem-report.${string}`>> = {
  ASSIGNED: "problem-report.assigned",
  CERTIFICATE_ATTACHED: "problem-report.certificate-attached",
  CERTIFICATE_DETACHED: "problem-report.certificate-detached",
};
