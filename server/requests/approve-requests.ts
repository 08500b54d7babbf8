import { and, eq, inArray } from "drizzle-orm";
import { enqueueJob, type Job, type JobHandler, type JobPayload } from "../jobs/index.ts";
import type { OperatorActor, Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { operatorAdmission } from "../operators/index.ts";
import { type ApprovalResult, approveRequests } from "./approve-request.ts";
import type { IssueFailure, RequestState } from "./request.ts";
import type { RequestDeps } from "./submit-request.ts";
import { requestTables } from "./tables.ts";

interface Issued {
  readonly state: RequestState;
  readonly certificateId: Id | null;
  readonly failure: IssueFailure | null;
}

/** What issuing needs to be asked for; issuance stands on requests, so it comes as a function. */
export interface IssuingDeps extends Pick<RequestDeps, "db" | "clock"> {
  /** Issues one approved request at once and says how it stands then. */
  readonly issue: (requestId: Id) => Promise<Issued>;
}

export interface ApprovalsDeps extends Pick<RequestDeps, "db" | "clock"> {
  /** Issues approved requests in groups and says how each stands then. */
  readonly issueAll: (requestIds: readonly Id[]) => Promise<ReadonlyMap<Id, Issued>>;
}

export const APPROVALS_JOB = "requests.approvals";

/** As many as a page of the list can hold, and as one check page can be read. */
export const APPROVALS_LIMIT = 100;

/** As many as one job takes. */
const JOB_LIMIT = 10_000;

/** The first few at once, so that the page moves; then as many as one transaction holds. */
const FIRST_CHUNK = 20;
const CHUNK = 256;

/** Chunks under way at once: one is approved while the certificates of another are signed. */
const LANES = 3;

/** What became of one request, kept in the job's result. */
export interface ApprovalOutcome {
  readonly id: Id;
  readonly receiptNumber: string | null;
  readonly commonName: string | null;
  readonly state: RequestState | null;
  /** Why it was not approved, or approved and not issued. */
  readonly problem: IssueFailure | null;
}

/** Puts a bulk approval to work, in the name of this operator. Gives the job's id. */
export async function startApprovals(
  deps: Pick<RequestDeps, "db" | "clock">,
  actor: OperatorActor,
  input: { readonly ids: readonly Id[] },
): Promise<Id> {
  const ids = [...new Set(input.ids)].slice(0, JOB_LIMIT);
  const { operatorId, fingerprint } = actor;
  return deps.db.transact((tx) =>
    enqueueJob(
      tx,
      {
        kind: APPROVALS_JOB,
        tenant: actor.tenant,
        createdBy: operatorId,
        payload: { ids, operatorId, fingerprint },
        total: ids.length,
      },
      deps.clock.now(),
    ),
  );
}

/**
 * Does a bulk approval: approves and issues in groups, each request decided by itself. It may be begun more than once:
 * what its first run approved is found approved by the same operator, and counts as done.
 */
export function approvalsJob(deps: ApprovalsDeps): JobHandler {
  return async (job, run) => {
    const ids = (job.payload["ids"] ?? []) as readonly Id[];
    const chunks = chunksOf(ids);
    const outcomes: (readonly ApprovalOutcome[])[] = [];
    let begun = 0;
    let done = 0;
    const lane = async () => {
      for (let mine = begun++; mine < chunks.length; mine = begun++) {
        run.signal.throwIfAborted();
        const decided = await approveAndIssue(deps, job, chunks[mine] ?? []);
        outcomes[mine] = decided;
        done += decided.length;
        await run.progress(done, ids.length);
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
    for (const each of ended) if (each.status === "rejected") throw each.reason;
    // Problems' params are texts and numbers, so the outcomes are JSON as they stand.
    return { outcomes: outcomes.flat() } as unknown as JobPayload;
  };
}

function chunksOf(ids: readonly Id[]): readonly (readonly Id[])[] {
  const chunks = [ids.slice(0, FIRST_CHUNK)];
  for (let at = FIRST_CHUNK; at < ids.length; at += CHUNK) chunks.push(ids.slice(at, at + CHUNK));
  return chunks;
}

/** Reads the result of a finished job. */
export function readOutcomes(result: JobPayload): readonly ApprovalOutcome[] {
  return (result["outcomes"] ?? []) as unknown as readonly ApprovalOutcome[];
}

async function approveAndIssue(
  deps: ApprovalsDeps,
  job: Job,
  ids: readonly Id[],
): Promise<ApprovalOutcome[]> {
  // Asked again for each group: whose certificate is not good any more approves nothing more (safety.md 1, class 29).
  const operator = await operatorOf(deps, job);
  const results = operator
    ? await approveRequests(deps, operator, { ids })
    : ids.map((id) => ({ id, receiptNumber: null, commonName: null, problem: new Problem("not-allowed") }));
  const earlier = operator && job.attempt > 1 ? await approvedBefore(deps, operator, ids) : new Set<Id>();
  const approved = results.filter((result) => result.problem === null || earlier.has(result.id));
  const issued = await deps.issueAll(approved.map(({ id }) => id));
  return results.map((result) => {
    const outcome = issued.get(result.id);
    if (outcome === undefined) return refused(result);
    const { id, receiptNumber, commonName } = result;
    return { id, receiptNumber, commonName, state: outcome.state, problem: outcome.failure };
  });
}

const refused = ({ id, receiptNumber, commonName, problem }: ApprovalResult): ApprovalOutcome => ({
  id,
  receiptNumber,
  commonName,
  state: null,
  problem: problem && { code: problem.code, params: { ...problem.params } },
});

/**
 * Whoever asked, as the database knows them now; null when they may not come in any more with the certificate that the
 * job was started with: suspended or removed, the certificate revoked, expired or taken away, the subscriber closed.
 */
async function operatorOf(
  deps: Pick<RequestDeps, "db" | "clock">,
  { tenant, payload }: Job,
): Promise<OperatorActor | null> {
  const actor = await operatorAdmission(deps).admit(String(payload["fingerprint"]));
  if (actor?.kind !== "operator") return null;
  return actor.tenant === tenant && actor.operatorId === payload["operatorId"] ? actor : null;
}

/** Those of `ids` that an earlier run of this job approved: decided by the same operator since. */
async function approvedBefore(
  deps: Pick<RequestDeps, "db" | "clock">,
  operator: OperatorActor,
  ids: readonly Id[],
): Promise<ReadonlySet<Id>> {
  const { certificateRequests: r } = requestTables(deps.db.read.columns);
  const tenant: Tenant = operator.tenant;
  const rows = await deps.db.read
    .select({ id: r.id })
    .from(r)
    .where(
      and(
        eq(r.subscriberId, tenant),
        eq(r.decidedBy, operator.name),
        inArray(r.id, [...ids]),
        inArray(r.state, ["APPROVED", "ISSUING", "ISSUED", "ISSUE_FAILED"]),
      ),
    );
  return new Set(rows.map(({ id }) => id));
}
