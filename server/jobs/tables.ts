import { defineTables } from "../db/index.ts";
import { JOB_STATES, type JobPayload } from "./job.ts";

export const jobTables = defineTables((c) => {
  /** Long work: claimed by conditional update under a lease, so that several processes can share it. */
  const jobs = c.table(
    "jobs",
    {
      id: c.id("id").primaryKey(),
      kind: c.text("kind").notNull(),
      tenant: c.id("tenant"),
      /** The id of the operator, user or member of staff who asked for it; null for the system itself. */
      createdBy: c.id("created_by"),
      payload: c.json<JobPayload>("payload").notNull(),
      state: c.choice("state", JOB_STATES).notNull(),
      done: c.whole("progress_done").notNull(),
      total: c.whole("progress_total").notNull(),
      result: c.json<JobPayload>("result"),
      lastError: c.text("last_error"),
      attempts: c.whole("attempts").notNull(),
      nextRunAt: c.instant("next_run_at").notNull(),
      leaseOwner: c.text("lease_owner"),
      leaseUntil: c.instant("lease_until"),
      createdAt: c.instant("created_at").notNull(),
      finishedAt: c.instant("finished_at"),
    },
    (t) => [c.index("jobs_due").on(t.state, t.nextRunAt), c.index("jobs_tenant").on(t.tenant, t.id)],
  );
  return { jobs };
});
