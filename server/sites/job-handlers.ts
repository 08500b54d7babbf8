import type { AuthorityDeps } from "../authority/index.ts";
import type { JobHandler } from "../jobs/index.ts";
import { LINT_JOB, lintingJob } from "../linting/index.ts";
import { APPROVALS_JOB, approvalsJob } from "../requests/index.ts";
import { REVOCATIONS_JOB, revocationsJob } from "../revocation/index.ts";
import { MASS_REVOCATION_JOB, massRevocationJob } from "../revocation/mass/index.ts";
import type { JobWork } from "../start/work.ts";

/** The work of every kind of job, by its kind. */
export const jobHandlers =
  (authority: AuthorityDeps) =>
  ({ issuance, ...work }: JobWork): Readonly<Record<string, JobHandler>> => ({
    [LINT_JOB]: lintingJob(authority),
    [APPROVALS_JOB]: approvalsJob({ ...authority, issueAll: (ids) => issuance.issueAll(ids) }),
    [MASS_REVOCATION_JOB]: massRevocationJob({ ...authority, ...work, issuance }),
    [REVOCATIONS_JOB]: revocationsJob({ ...authority, ...work }),
  });
