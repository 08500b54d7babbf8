import { setImmediate as turn } from "node:timers/promises";
import { and, asc, count, desc, eq, gt, gte, inArray, ne } from "drizzle-orm";
import { authorityTables } from "../authority/index.ts";
import { type Database, type Executor, insertRows, type Reader } from "../db/index.ts";
import { enqueueJob, type JobHandler, jobTables } from "../jobs/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { type AliveCertificate, type LintIssuer, lintCertificate } from "./lint-certificate.ts";
import { lintingTables } from "./tables.ts";

export interface LintingDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export const LINT_JOB = "linting.everything-alive";

const PAGE = 256;
/** RSA keys cost about a millisecond each: others get their turn in between. */
const BETWEEN_TURNS = 8;
/** Reports that are kept; a month of nights. */
const KEPT = 31;

/** Puts a run over everything alive to work; `by` is the member of staff who asked, null for the schedule. Gives its id. */
export function enqueueLinting(tx: Executor, by: Id | null, at: Temporal.Instant): Promise<Id> {
  return enqueueJob(tx, { kind: LINT_JOB, tenant: null, createdBy: by, payload: {} }, at);
}

/** The schedule's run, unless there was one within half a day: several processes have one night together. */
export async function lintEveryNight({ db, clock }: LintingDeps): Promise<void> {
  const now = clock.now();
  await db.transact(async (tx) => {
    const { jobs: j } = jobTables(tx.columns);
    const [recent] = await tx
      .select({ id: j.id })
      .from(j)
      .where(and(eq(j.kind, LINT_JOB), gt(j.createdAt, now.subtract({ hours: 12 }))))
      .limit(1);
    if (!recent) await enqueueLinting(tx, null, now);
  });
}

/** The work of the job; a run that is begun again starts its report anew. */
export const lintingJob =
  (deps: LintingDeps): JobHandler =>
  (job, run) =>
    lintEverythingAlive(deps, job.id, (done, total) => run.progress(done, total));

/**
 * Lints everything alive under the rules of today: every certificate that is neither expired nor revoked, of every
 * issuer, profile and tenant, our own included. What fails is written down page by page, in the report `id`.
 */
export async function lintEverythingAlive(
  { db, clock }: LintingDeps,
  id: Id,
  progress: (done: number, total: number) => Promise<void> = async () => undefined,
): Promise<{ readonly checked: number; readonly failed: number }> {
  const startedAt = clock.now();
  const rulesOf = startedAt.toZonedDateTimeISO("UTC").toPlainDate();
  const alive = await countAlive(db.read, startedAt);
  await db.transact((tx) => beginReport(tx, { id, rulesOf, startedAt, alive }));
  const issuers = await issuersById(db.read);
  let after: Id | null = null;
  let checked = 0;
  let failed = 0;
  for (;;) {
    const page: readonly AliveCertificate[] = await pageOfAlive(db.read, startedAt, after);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.id;
    const findings = await findingsOf(page, issuers, id, rulesOf);
    checked += page.length;
    failed += new Set(findings.map(({ certificateId }) => certificateId)).size;
    await db.transact((tx) => notePage(tx, id, findings, { checked, failed }));
    await progress(checked, Math.max(alive, checked));
  }
  await db.transact((tx) => endReport(tx, id, clock.now()));
  return { checked, failed };
}

const aliveAt = (c: ReturnType<typeof authorityTables>["certificates"], at: Temporal.Instant) =>
  and(gte(c.notAfter, at), ne(c.state, "REVOKED"));

async function countAlive(on: Reader, at: Temporal.Instant): Promise<number> {
  const { certificates: c } = authorityTables(on.columns);
  const [row] = await on.select({ alive: count() }).from(c).where(aliveAt(c, at));
  return row?.alive ?? 0;
}

async function issuersById(on: Reader): Promise<ReadonlyMap<Id, LintIssuer>> {
  const { issuers: i } = authorityTables(on.columns);
  return new Map((await on.select().from(i)).map((issuer) => [issuer.id, issuer]));
}

async function pageOfAlive(
  on: Reader,
  at: Temporal.Instant,
  after: Id | null,
): Promise<readonly AliveCertificate[]> {
  const { certificates: c } = authorityTables(on.columns);
  return on
    .select({
      id: c.id,
      issuerId: c.issuerId,
      serial: c.serial,
      profile: c.profile,
      spkiSha256: c.spkiSha256,
      der: c.der,
    })
    .from(c)
    .where(and(aliveAt(c, at), after === null ? undefined : gt(c.id, after)))
    .orderBy(asc(c.id))
    .limit(PAGE);
}

type Finding = ReturnType<typeof lintingTables>["lintFindings"]["$inferInsert"];

async function findingsOf(
  page: readonly AliveCertificate[],
  issuers: ReadonlyMap<Id, LintIssuer>,
  reportId: Id,
  on: Temporal.PlainDate,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [place, certificate] of page.entries()) {
    if (place % BETWEEN_TURNS === 0) await turn();
    const issuer = issuers.get(certificate.issuerId);
    if (!issuer) throw new Error("a certificate without its issuer");
    for (const { id: lint, source, why } of lintCertificate(certificate, issuer, on)) {
      findings.push({ id: newId(), reportId, certificateId: certificate.id, lint, source, why });
    }
  }
  return findings;
}

/** A job may be begun more than once: whatever its report holds already is from a run that did not end. */
async function beginReport(
  tx: Executor,
  report: {
    readonly id: Id;
    readonly rulesOf: Temporal.PlainDate;
    readonly startedAt: Temporal.Instant;
    readonly alive: number;
  },
): Promise<void> {
  const { lintReports: r } = lintingTables(tx.columns);
  await removeReports(tx, [report.id]);
  await tx.insert(r).values({ ...report, finishedAt: null, checked: 0, failed: 0 });
}

async function notePage(
  tx: Executor,
  id: Id,
  findings: readonly Finding[],
  counts: { readonly checked: number; readonly failed: number },
): Promise<void> {
  const { lintReports: r, lintFindings: f } = lintingTables(tx.columns);
  await insertRows(tx, "linting.findings", f, findings);
  await tx.update(r).set(counts).where(eq(r.id, id));
}

async function endReport(tx: Executor, id: Id, at: Temporal.Instant): Promise<void> {
  const { lintReports: r } = lintingTables(tx.columns);
  await tx.update(r).set({ finishedAt: at }).where(eq(r.id, id));
  const old = await tx
    .select({ id: r.id })
    .from(r)
    .orderBy(desc(r.startedAt), desc(r.id))
    .limit(100)
    .offset(KEPT);
  await removeReports(
    tx,
    old.map((report) => report.id),
  );
}

async function removeReports(tx: Executor, ids: readonly Id[]): Promise<void> {
  if (ids.length === 0) return;
  const { lintReports: r, lintFindings: f } = lintingTables(tx.columns);
  await tx.delete(f).where(inArray(f.reportId, [...ids]));
  await tx.delete(r).where(inArray(r.id, [...ids]));
}
