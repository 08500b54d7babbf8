import type { Database } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { isProblem } from "../kernel/problem.ts";
import type { Job, JobPayload } from "./job.ts";
import { type Lease, takeJob } from "./lease.ts";

/** What a handler may ask of its run. */
export interface JobRun {
  /** Aborted when the process stops or the lease is lost: end soon, by throwing `signal.reason`. */
  readonly signal: AbortSignal;
  /** Shows how far the work is. Written at most twice a second, and always at the end. */
  progress(done: number, total: number): Promise<void>;
}

/**
 * Does the work of one kind of job and gives its result. A Problem fails the job at once; anything else that is
 * thrown runs it again, later. A job may be begun more than once, so its work is made of conditional steps.
 */
export type JobHandler = (job: Job, run: JobRun) => Promise<JobPayload | null>;

export interface RunnerDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** Names this process among others on the same database. */
  readonly owner: string;
  readonly handlers: Readonly<Record<string, JobHandler>>;
  /** Hears of every failure that is not a Problem, and of failures of the runner itself. */
  readonly report: (error: unknown, what: string) => void;
  readonly concurrency?: number;
  /** How long a job stays taken without a sign of life: 60 seconds unless said otherwise. */
  readonly lease?: Temporal.Duration;
  /** How often to look for jobs that nobody announced: every 2 seconds. */
  readonly poll?: Temporal.Duration;
}

export interface Runner {
  start(): void;
  /** Looks for work now rather than at the next poll: after a job was enqueued. */
  kick(): void;
  /** Begins nothing new, tells the running jobs to stop, and waits for them, at most `grace` (10 s). */
  stop(grace?: Temporal.Duration): Promise<void>;
}

const PROGRESS_EVERY_MS = 500;
const STOPPING = new Error("the process is stopping");
const LEASE_LOST = new Error("the lease was lost");

export function jobRunner(deps: RunnerDeps): Runner {
  const { db, clock, owner, handlers, report, concurrency = 2 } = deps;
  const period = deps.lease ?? Temporal.Duration.from({ seconds: 60 });
  const pollEvery = deps.poll ?? Temporal.Duration.from({ seconds: 2 });
  const leaseDeps = {
    db,
    owner,
    now: () => clock.now(),
    period,
  };
  const running = new Map<Promise<void>, AbortController>();
  let poll: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;
  let lookAgain = false;

  function kick(): void {
    if (poll === null) return;
    lookAgain = true;
    looking ??= look().finally(() => {
      looking = null;
    });
  }

  async function look(): Promise<void> {
    while (lookAgain) {
      lookAgain = false;
      try {
        while (poll !== null && running.size < concurrency) {
          const lease = await takeJob(leaseDeps, Object.keys(handlers));
          if (lease === null) break;
          begin(lease);
        }
      } catch (error) {
        report(error, "looking for jobs");
      }
    }
  }

  function begin(lease: Lease): void {
    const controller = new AbortController();
    if (poll === null) controller.abort(STOPPING);
    const work = runLeased(lease, controller)
      .catch((error: unknown) => report(error, `job ${lease.job.kind}`))
      .finally(() => {
        running.delete(work);
        kick();
      });
    running.set(work, controller);
  }

  async function runLeased(lease: Lease, controller: AbortController): Promise<void> {
    const handler = handlers[lease.job.kind];
    if (!handler) throw new Error("a job was taken that has no handler");
    const progress = progressOf(lease, controller);
    const renewal = setInterval(() => {
      progress.write().catch((error: unknown) => report(error, "renewing a lease"));
    }, period.total("milliseconds") / 3);
    try {
      const result = await handler(lease.job, { signal: controller.signal, progress: progress.note });
      await progress.write();
      await lease.finish(result);
    } catch (error) {
      if (controller.signal.reason === LEASE_LOST) return;
      if (controller.signal.reason === STOPPING && !isProblem(error)) {
        await lease.giveBack();
        return;
      }
      if (!isProblem(error)) report(error, `job ${lease.job.kind}`);
      await lease.fail(messageOf(error), isProblem(error));
    } finally {
      clearInterval(renewal);
    }
  }

  return {
    start() {
      poll ??= setInterval(kick, pollEvery.total("milliseconds"));
      kick();
    },
    kick,
    async stop(grace = Temporal.Duration.from({ seconds: 10 })) {
      if (poll) clearInterval(poll);
      poll = null;
      await looking;
      for (const controller of running.values()) controller.abort(STOPPING);
      const late = AbortSignal.timeout(grace.total("milliseconds"));
      const patience = new Promise<void>((resolve) => late.addEventListener("abort", () => resolve()));
      // Whoever does not stop in time is taken over when its lease has run out.
      await Promise.race([Promise.allSettled(running.keys()), patience]);
    },
  };
}

/** Keeps the latest progress and writes it with the renewal of the lease. */
function progressOf(lease: Lease, controller: AbortController) {
  let latest: { done: number; total: number } | null = null;
  let writtenAt = 0;
  const write = async (): Promise<void> => {
    writtenAt = performance.now();
    if (!(await lease.renew(latest))) controller.abort(LEASE_LOST);
  };
  return {
    write,
    async note(done: number, total: number): Promise<void> {
      latest = { done, total };
      if (done >= total || performance.now() - writtenAt >= PROGRESS_EVERY_MS) await write();
      controller.signal.throwIfAborted();
    },
  };
}

function messageOf(error: unknown): string {
  const text = isProblem(error) ? error.code : String(error);
  return text.replace(/[\r\n]+/g, " ").slice(0, 500);
}
