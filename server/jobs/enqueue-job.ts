import type { Executor } from "../db/index.ts";
import { type Id, newId } from "../kernel/ids.ts";
import type { NewJob } from "./job.ts";
import { jobTables } from "./tables.ts";

/** Puts a job into the queue with the transaction that asks for it; it is due `at` once. Gives its id. */
export async function enqueueJob(tx: Executor, job: NewJob, at: Temporal.Instant): Promise<Id> {
  const { jobs } = jobTables(tx.columns);
  const id = newId();
  await tx.insert(jobs).values({
    id,
    kind: job.kind,
    tenant: job.tenant,
    createdBy: job.createdBy,
    payload: job.payload,
    state: "QUEUED",
    done: 0,
    total: job.total ?? 0,
    attempts: 0,
    nextRunAt: at,
    createdAt: at,
  });
  return id;
}
