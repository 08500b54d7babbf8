import type { AuthorityDeps } from "../authority/index.ts";
import type { IssuanceWorker } from "../issuance/index.ts";
import type { JobHandler } from "../jobs/index.ts";

/** The work of every kind of job, by its kind. */
export const jobHandlers =
  (_authority: AuthorityDeps) =>
  (_issuance: IssuanceWorker): Readonly<Record<string, JobHandler>> => ({});
