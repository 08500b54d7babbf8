import type { Reader } from "../../db/index.ts";
import { type JobState, showJob } from "../../jobs/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { REVOCATIONS_JOB, type RevocationOutcome, readOutcomes } from "../revoke-certificates.ts";

/** The page of a bulk revocation while it runs and when it is over. */
export interface ShowRevocationsJob {
  readonly id: Id;
  readonly state: JobState;
  /** Ended, well or badly. */
  readonly over: boolean;
  readonly done: number;
  readonly total: number;
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant | null;
  readonly outcomes: readonly RevocationOutcome[];
  readonly revoked: number;
  readonly refused: number;
}

/** A bulk revocation of this subscriber; null when there is none. */
export async function showRevocationsJob(
  on: Reader,
  tenant: Tenant,
  id: Id,
): Promise<ShowRevocationsJob | null> {
  const job = await showJob(on, tenant, id);
  if (job?.kind !== REVOCATIONS_JOB) return null;
  const outcomes = job.result === null ? [] : readOutcomes(job.result);
  const refused = outcomes.filter(({ problem }) => problem !== null).length;
  return {
    id,
    state: job.state,
    over: job.state === "DONE" || job.state === "FAILED",
    done: job.done,
    total: job.total,
    startedAt: job.createdAt,
    finishedAt: job.finishedAt,
    outcomes,
    revoked: outcomes.length - refused,
    refused,
  };
}
