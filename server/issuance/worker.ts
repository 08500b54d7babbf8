import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { requestTables } from "../requests/index.ts";
import { type Claim, claimApproved } from "./claim-approved.ts";
import { GROUP, type IssuanceDeps, type IssueOutcome } from "./issuance.ts";
import { finishClaim, issueApproved } from "./issue-approved.ts";
import { recoverIssuance } from "./recover-issuance.ts";
import { failureOf } from "./refuse-claimed.ts";

export interface IssuanceWorker {
  /** Something was approved: begin, or go on after what runs now. Never waits, never throws. */
  kick(): void;
  /** Issues one approved request at once and gives its outcome. Problem: not-found. */
  issueNow(requestId: Id): Promise<IssueOutcome>;
  /** Issues these approved requests in groups and gives the outcome of each. Problem: not-found. */
  issueAll(requestIds: readonly Id[]): Promise<ReadonlyMap<Id, IssueOutcome>>;
  /** Resolves when nothing that waited at the call waits any more. */
  settled(): Promise<void>;
  /** Begins nothing more and waits for what runs. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** How often recovery and whatever was missed are looked after. */
  readonly sweepEvery: Temporal.Duration;
  /** Hears of everything that is no outcome of a request: a database that fails, a signer that does not answer. */
  readonly onError: (error: unknown) => void;
}

/** Groups under way at once: while one is being signed the next is claimed, so that no core waits for a commit. */
const LANES = 2;
const LOOK_AGAIN_MS = 25;

/** Issues approved requests in the background: at each kick, and every so often for what nobody kicked for. */
export function issuanceWorker(deps: IssuanceDeps, { sweepEvery, onError }: WorkerOptions): IssuanceWorker {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const begin = (work: () => Promise<void>): void => {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    running = work()
      .catch(onError)
      .finally(() => {
        running = null;
        if (again) {
          again = false;
          begin(() => drain(deps, () => stopped));
        }
      });
  };
  const sweep = async () => {
    await recoverIssuance(deps);
    await drain(deps, () => stopped);
  };
  const timer = setInterval(() => begin(sweep), sweepEvery.total("milliseconds"));
  timer.unref();
  const settled = async () => {
    while (running) await running;
  };

  return {
    kick: () => begin(() => drain(deps, () => stopped)),
    async issueNow(requestId) {
      await issueApproved(deps, [requestId]);
      return outcomeOf(deps, requestId);
    },
    issueAll: (requestIds) => issueAll(deps, requestIds),
    settled,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await settled();
    },
  };
}

async function issueAll(
  deps: IssuanceDeps,
  requestIds: readonly Id[],
): Promise<ReadonlyMap<Id, IssueOutcome>> {
  const outcomes = new Map<Id, IssueOutcome>();
  for (let at = 0; at < requestIds.length; at += GROUP) {
    const { issued, refused } = await issueApproved(deps, requestIds.slice(at, at + GROUP));
    for (const { request, certificate } of issued) {
      outcomes.set(request.id, { state: "ISSUED", certificateId: certificate.id, failure: null });
    }
    for (const { request, problem } of refused) {
      outcomes.set(request.id, {
        state: "ISSUE_FAILED",
        certificateId: null,
        failure: failureOf(problem),
      });
    }
  }
  // Somebody else has the others.
  for (const id of requestIds) if (!outcomes.has(id)) outcomes.set(id, await outcomeOf(deps, id));
  return outcomes;
}

/** Issues group after group until nothing is approved any more. */
export async function drain(deps: IssuanceDeps, isStopped: () => boolean = () => false): Promise<void> {
  let claiming: Promise<unknown> = Promise.resolve();
  // One claim at a time: two that choose among the same rows would only find them taken.
  const claimNext = (): Promise<Claim> => {
    const next = claiming.then(() => claimApproved(deps, null));
    claiming = next.catch(() => undefined);
    return next;
  };
  const lane = async () => {
    while (!isStopped()) {
      const claim = await claimNext();
      if (claim.claimed.length + claim.refused.length === 0) return;
      await finishClaim(deps, claim);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const each of ended) if (each.status === "rejected") throw each.reason;
}

/** The state of a request; where another lane or process is issuing it, waits for the end or for the lease's. */
async function outcomeOf(deps: IssuanceDeps, requestId: Id): Promise<IssueOutcome> {
  const patience = performance.now() + deps.lease.total("milliseconds");
  for (;;) {
    const { certificateRequests: r } = requestTables(deps.db.read.columns);
    const [request] = await deps.db.read
      .select({ state: r.state, certificateId: r.certificateId, failure: r.failure })
      .from(r)
      .where(eq(r.id, requestId));
    if (!request) throw new Problem("not-found");
    if (request.state !== "ISSUING" || performance.now() > patience) return request;
    await sleep(LOOK_AGAIN_MS);
  }
}
