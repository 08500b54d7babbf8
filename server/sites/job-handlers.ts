import type { AuthorityDeps } from "../authority/index.ts";
import type { IssuanceWorker } from "../issuance/index.ts";
import type { JobHandler } from "../jobs/index.ts";
import { APPROVALS_JOB, approvalsJob } from "../requests/index.ts";

/** The work of every kind of job, by its kind. */
export const jobHandlers =
  (authority: AuthorityDeps) =>
  (issuance: IssuanceWorker): Readonly<Record<string, JobHandler>> => ({
    [APPROVALS_JOB]: approvalsJob({ ...authority, issue: (requestId) => issuance.issueNow(requestId) }),
  });
