import type { AuthorityDeps } from "../authority/index.ts";
import type { JobHandler } from "../jobs/index.ts";
import { APPROVALS_JOB, approvalsJob } from "../requests/index.ts";
import { REVOCATIONS_JOB, revocationsJob } from "../revocation/index.ts";
import type { JobWork } from "../start/work.ts";

/** The work of every kind of job, by its kind. */
export const jobHandlers =
  (authority: AuthorityDeps) =>
  ({ issuance, ...work }: JobWork): Readonly<Record<string, JobHandler>> => ({
    [APPROVALS_JOB]: approvalsJob({ ...authority, issue: (requestId) => issuance.issueNow(requestId) }),
    [REVOCATIONS_JOB]: revocationsJob({ ...authority, ...work }),
  });
