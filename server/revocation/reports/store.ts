import { and, asc, eq } from "drizzle-orm";
import { authorityTables } from "../../authority/tables.ts";
import { type Executor, insertRows } from "../../db/index.ts";
import { type Actor, stampOf } from "../../kernel/actor.ts";
import { type Id, newId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import { planColumns, revocationTables } from "../tables.ts";
import type { Match } from "./match-certificates.ts";
import { type CertificateStanding, maySubscriberCallOff, nextDueAt, type ReportEvent } from "./report.ts";
import { reportTables } from "./tables.ts";

export type StoredReport = ReturnType<typeof reportTables>["problemReports"]["$inferSelect"];
type NewReport = Omit<StoredReport, "nextDueAt" | "version">;

/** The write model of problem reports. They belong to no tenant: the issuing company alone works on them. */
export const reportStore = (tx: Executor) => {
  const { problemReports: r, reportedCertificates: rc, reportEvents: e } = reportTables(tx.columns);
  return {
    async add(report: NewReport): Promise<void> {
      await tx.insert(r).values({ ...report, nextDueAt: nextDueAt(report), version: 1 });
    },

    async sentBefore(submissionKey: string): Promise<StoredReport | null> {
      const [row] = await tx.select().from(r).where(eq(r.submissionKey, submissionKey));
      return row ?? null;
    },

    /** @throws Problem not-found */
    async byId(id: Id): Promise<StoredReport> {
      const [row] = await tx.select().from(r).where(eq(r.id, id));
      if (!row) throw new Problem("not-found");
      return row;
    },

    /**
     * The same while something can still be decided.
     * @param seen the version that the caller decided on, where somebody looked at the report first
     * @throws Problem not-found, report-not-open, stale-version
     */
    async open(id: Id, seen?: number): Promise<StoredReport> {
      const report = await this.byId(id);
      if (report.state !== "OPEN") throw new Problem("report-not-open", { state: report.state });
      if (seen !== undefined && seen !== report.version) throw new Problem("stale-version");
      return report;
    },

    /** Moves a report on, if nobody else was first; its next deadline follows. @throws Problem stale-version */
    async change(report: StoredReport, changes: Partial<StoredReport>): Promise<StoredReport> {
      const changed = { ...report, ...changes };
      const due = nextDueAt(changed);
      const moved = await tx
        .update(r)
        .set({ ...changes, nextDueAt: due, version: report.version + 1 })
        .where(and(eq(r.id, report.id), eq(r.version, report.version)))
        .returning({ id: r.id });
      if (moved.length === 0) throw new Problem("stale-version");
      return { ...changed, nextDueAt: due, version: report.version + 1 };
    },

    /** Puts certificates on a report; gives those that were not on it before. */
    async attach(reportId: Id, matches: readonly Match[], at: Temporal.Instant): Promise<readonly Id[]> {
      const added: Id[] = [];
      for (const { certificateId, foundBy } of matches) {
        const rows = await tx
          .insert(rc)
          .values({ id: newId(), reportId, certificateId, foundBy, attachedAt: at })
          .onConflictDoNothing()
          .returning({ id: rc.id });
        if (rows.length > 0) added.push(certificateId);
      }
      return added;
    },

    /** Takes a certificate off a report. @throws Problem not-found */
    async detach(reportId: Id, certificateId: Id): Promise<void> {
      const gone = await tx
        .delete(rc)
        .where(and(eq(rc.reportId, reportId), eq(rc.certificateId, certificateId)))
        .returning({ id: rc.id });
      if (gone.length === 0) throw new Problem("not-found");
    },

    async certificateIds(reportId: Id): Promise<Id[]> {
      const rows = await tx
        .select({ id: rc.certificateId })
        .from(rc)
        .where(eq(rc.reportId, reportId))
        .orderBy(asc(rc.id));
      return rows.map(({ id }) => id);
    },

    /** What has been done about the certificates on a report. */
    async standings(reportId: Id, now: Temporal.Instant): Promise<readonly CertificateStanding[]> {
      const { certificates: c, compromisedKeys: k } = authorityTables(tx.columns);
      const { revocationOrders: o } = revocationTables(tx.columns);
      const rows = await tx
        .select({
          notAfter: c.notAfter,
          revokedAt: c.revokedAt,
          plan: planColumns(o),
          declaredIn: k.declaredIn,
        })
        .from(rc)
        .innerJoin(c, eq(c.id, rc.certificateId))
        .leftJoin(o, eq(o.openFor, c.id))
        .leftJoin(k, eq(k.spkiSha256, c.spkiSha256))
        .where(eq(rc.reportId, reportId));
      return rows.map(({ plan, declaredIn, ...row }) => ({
        ...row,
        plannedAt: plan?.executeAt ?? null,
        subscriberMayCallOff: plan !== null && maySubscriberCallOff(plan, declaredIn, now),
      }));
    },

    /** A line of the timeline. */
    async note(
      reportId: Id,
      kind: ReportEvent,
      actor: Actor,
      at: Temporal.Instant,
      note: string | null = null,
    ): Promise<void> {
      const { actorKind, actorName } = stampOf(actor);
      await insertRows(tx, "reports.events", e, [
        { id: newId(), reportId, kind, at, actorKind, actorName, note },
      ]);
    },
  };
};
