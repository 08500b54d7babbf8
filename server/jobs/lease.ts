import { and, asc, eq, inArray, lte, or, sql } from "drizzle-orm";
import type { Database, Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import { newId } from "../kernel/ids.ts";
import { type Job, type JobPayload, LONGEST_ATTEMPTS, pauseAfter } from "./job.ts";
import { jobTables } from "./tables.ts";

/** Everything that is written about a job while it runs. Each write is conditional on still holding the lease. */
export interface Lease {
  readonly job: Job;
  /** Keeps the job for another period, with the progress so far; false when somebody else has it. */
  renew(progress: { done: number; total: number } | null): Promise<boolean>;
  finish(result: JobPayload | null): Promise<boolean>;
  /** To run again after a pause, or FAILED when it has run often enough. */
  fail(why: string, final: boolean): Promise<boolean>;
  /** Back into the queue, as if it had not been begun. */
  giveBack(): Promise<boolean>;
}

export interface LeaseDeps {
  readonly db: Database;
  readonly now: () => Temporal.Instant;
  readonly owner: string;
  readonly period: Temporal.Duration;
}

const CANDIDATES = 8;

function isDue(on: Reader, kinds: readonly string[], now: Temporal.Instant) {
  const { jobs: j } = jobTables(on.columns);
  return and(
    inArray(j.kind, [...kinds]),
    or(
      and(eq(j.state, "QUEUED"), lte(j.nextRunAt, now)),
      and(eq(j.state, "RUNNING"), lte(j.leaseUntil, now)),
    ),
  );
}

/** Takes the next due job of these kinds, one whose process died included; null when there is none. */
export async function takeJob(deps: LeaseDeps, kinds: readonly string[]): Promise<Lease | null> {
  const { db } = deps;
  const { jobs: j } = jobTables(db.read.columns);
  const now = deps.now();
  const candidates = await db.read
    .select({ id: j.id, attempts: j.attempts })
    .from(j)
    .where(isDue(db.read, kinds, now))
    .orderBy(asc(j.nextRunAt), asc(j.id))
    .limit(CANDIDATES);
  for (const { id, attempts } of candidates) {
    const exhausted = attempts >= LONGEST_ATTEMPTS;
    const lease = `${deps.owner}:${newId()}`;
    const [taken] = await db.transact((tx) =>
      tx
        .update(j)
        .set(
          // It took its process with it each time: once more would only take another.
          exhausted
            ? { state: "FAILED", finishedAt: now, leaseOwner: null, leaseUntil: null, lastError: "given up" }
            : {
                state: "RUNNING",
                attempts: sql`${j.attempts} + 1`,
                leaseOwner: lease,
                leaseUntil: now.add(deps.period),
              },
        )
        .where(and(eq(j.id, id), isDue(tx, kinds, now)))
        .returning(),
    );
    if (!taken || exhausted) continue;
    return leaseOn(deps, lease, {
      id,
      kind: taken.kind,
      tenant: taken.tenant as Tenant | null,
      createdBy: taken.createdBy,
      payload: taken.payload,
      attempt: taken.attempts,
    });
  }
  return null;
}

type Changes = Partial<ReturnType<typeof jobTables>["jobs"]["$inferInsert"]>;

function leaseOn({ db, now, period }: LeaseDeps, lease: string, job: Job): Lease {
  const { jobs: j } = jobTables(db.read.columns);
  const write = async (changes: Changes): Promise<boolean> => {
    const written = await db.transact((tx) =>
      tx
        .update(j)
        .set(changes)
        .where(and(eq(j.id, job.id), eq(j.state, "RUNNING"), eq(j.leaseOwner, lease)))
        .returning({ id: j.id }),
    );
    return written.length === 1;
  };
  const free = { leaseOwner: null, leaseUntil: null };
  return {
    job,
    renew: (progress) => write({ leaseUntil: now().add(period), ...progress }),
    finish: (result) => write({ ...free, state: "DONE", result, lastError: null, finishedAt: now() }),
    fail: (why, final) =>
      write(
        final || job.attempt >= LONGEST_ATTEMPTS
          ? { ...free, state: "FAILED", lastError: why, finishedAt: now() }
          : { ...free, state: "QUEUED", lastError: why, nextRunAt: now().add(pauseAfter(job.attempt)) },
      ),
    giveBack: () => write({ ...free, state: "QUEUED", attempts: job.attempt - 1, nextRunAt: now() }),
  };
}
