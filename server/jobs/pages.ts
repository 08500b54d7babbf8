import { and, eq } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { JobPayload, JobState } from "./job.ts";
import { jobTables } from "./tables.ts";

/** What the page of a job shows while the work goes on. */
export interface JobProgress {
  readonly id: Id;
  readonly kind: string;
  readonly state: JobState;
  readonly done: number;
  readonly total: number;
  readonly result: JobPayload | null;
  readonly lastError: string | null;
  readonly createdAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant | null;
}

/** A job of this tenant; null when there is none, another tenant's included. */
export async function showJob(on: Reader, tenant: Tenant, id: Id): Promise<JobProgress | null> {
  const { jobs: j } = jobTables(on.columns);
  const [job] = await on
    .select({
      id: j.id,
      kind: j.kind,
      state: j.state,
      done: j.done,
      total: j.total,
      result: j.result,
      lastError: j.lastError,
      createdAt: j.createdAt,
      finishedAt: j.finishedAt,
    })
    .from(j)
    .where(and(eq(j.id, id), eq(j.tenant, tenant)));
  return job ?? null;
}
