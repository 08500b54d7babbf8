import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";

export const JOB_STATES = ["QUEUED", "RUNNING", "DONE", "FAILED"] as const;
export type JobState = (typeof JOB_STATES)[number];

type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
/** What a job is given and what it leaves: ids and counts, never secrets. */
export type JobPayload = { readonly [key: string]: JsonValue };

export interface NewJob {
  readonly kind: string;
  readonly tenant: Tenant | null;
  readonly createdBy: Id | null;
  readonly payload: JobPayload;
  /** How many pieces of work, where it is known already. */
  readonly total?: number;
}

/** A job as its handler sees it. */
export interface Job {
  readonly id: Id;
  readonly kind: string;
  readonly tenant: Tenant | null;
  readonly createdBy: Id | null;
  readonly payload: JobPayload;
  /** 1 for the first run. */
  readonly attempt: number;
}

/** A job that failed for a reason that may pass runs again, this often in all. */
export const LONGEST_ATTEMPTS = 5;

/** The pause after the nth failed run: 5 s, four times as long each time, up to some 20 minutes. */
export function pauseAfter(attempts: number): Temporal.Duration {
  return Temporal.Duration.from({ seconds: Math.min(5 * 4 ** (attempts - 1), 1280) });
}
