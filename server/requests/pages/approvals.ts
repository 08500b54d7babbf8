import { and, eq, inArray } from "drizzle-orm";
import type { Reader } from "../../db/index.ts";
import { type JobPayload, type JobState, showJob } from "../../jobs/index.ts";
import type { OperatorActor, Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import type { Problem } from "../../kernel/problem.ts";
import { organizationTables } from "../../organizations/index.ts";
import { APPROVALS_JOB, type ApprovalOutcome, readOutcomes } from "../approve-requests.ts";
import { checkRequest } from "../checks.ts";
import { factsOf } from "../facts.ts";
import { partiesOf } from "../parties.ts";
import type { Product } from "../request.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";
import { approvalProblem } from "./review-request.ts";

/** One row of the check page of a bulk approval. */
interface ApprovalCandidate {
  readonly id: Id;
  readonly receiptNumber: string;
  readonly commonName: string;
  readonly otherNames: number;
  readonly product: Product;
  readonly organization: string;
  readonly requestedBy: string;
  readonly termDays: number;
  /** Why it cannot be approved as it stands; null: can. */
  readonly problem: Problem | null;
}

export interface PreviewApprovals {
  readonly ready: readonly ApprovalCandidate[];
  readonly refused: readonly ApprovalCandidate[];
}

/** What approving these requests would do, row by row, judged as the approval itself will judge it. */
export async function previewApprovals(
  on: Reader,
  operator: OperatorActor,
  ids: readonly Id[],
  now: Temporal.Instant,
): Promise<PreviewApprovals> {
  if (ids.length === 0) return { ready: [], refused: [] };
  const { certificateRequests: r } = requestTables(on.columns);
  const { applicantOrganizations: o, people: p } = organizationTables(on.columns);
  const rows = await on
    .select({ request: r, organization: o.nameJa, requestedBy: p.name })
    .from(r)
    .innerJoin(o, eq(o.id, r.organizationId))
    .innerJoin(p, eq(p.id, r.requesterPersonId))
    .where(and(eq(r.subscriberId, operator.tenant), inArray(r.id, [...ids])))
    .orderBy(r.id);
  const { policy } = await partiesOf(on, operator.tenant);
  const candidates: ApprovalCandidate[] = [];
  for (const { request, organization, requestedBy } of rows) {
    const { id, receiptNumber, product, termDays, commonName, names } = request;
    const facts = await factsOf(on, operator.tenant, request, now);
    const problem = approvalProblem(request, operator, policy, checkRequest(request, facts, now));
    candidates.push({
      id,
      receiptNumber,
      commonName: displayName(commonName),
      otherNames: names.length - 1,
      product,
      organization,
      requestedBy,
      termDays,
      problem,
    });
  }
  return {
    ready: candidates.filter(({ problem }) => problem === null),
    refused: candidates.filter(({ problem }) => problem !== null),
  };
}

/** The page of a bulk approval while it runs and when it is over. */
export interface ShowApprovalsJob {
  readonly id: Id;
  readonly state: JobState;
  /** Ended, well or badly. */
  readonly over: boolean;
  readonly done: number;
  readonly total: number;
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant | null;
  /** `unknown`: no request of this subscriber's had the id. */
  readonly outcomes: readonly (ApprovalOutcome & { readonly unknown: boolean })[];
  readonly issued: number;
  /** How many of the outcomes somebody has to look at. */
  readonly refused: number;
}

/** A bulk approval of this subscriber; null when there is none. */
export async function showApprovalsJob(on: Reader, tenant: Tenant, id: Id): Promise<ShowApprovalsJob | null> {
  const job = await showJob(on, tenant, id);
  if (job?.kind !== APPROVALS_JOB) return null;
  const outcomes = outcomesOf(job.result);
  return {
    id,
    state: job.state,
    over: job.state === "DONE" || job.state === "FAILED",
    done: job.done,
    total: job.total,
    startedAt: job.createdAt,
    finishedAt: job.finishedAt,
    outcomes: outcomes.map((one) => ({ ...one, unknown: one.problem?.code === "not-found" })),
    issued: outcomes.filter(({ state }) => state === "ISSUED").length,
    refused: outcomes.filter(({ problem }) => problem !== null).length,
  };
}

const outcomesOf = (result: JobPayload | null): readonly ApprovalOutcome[] =>
  result === null ? [] : readOutcomes(result);
