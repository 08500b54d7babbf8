import { appendAudit } from "../audit/index.ts";
import type { Executor } from "../db/index.ts";
import { type OperatorActor, stampOf } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import { checkRequest, type Facts, firstProblem } from "./checks.ts";
import { factsOfGroup } from "./group-facts.ts";
import { type Parties, partiesOf } from "./parties.ts";
import { approve } from "./request.ts";
import { requestStore, type StoredRequest } from "./store.ts";
import type { RequestDeps } from "./submit-request.ts";

/** Rows of one transaction, so that a bulk approval never holds the database for long (house.md). */
const GROUP = 256;
/** From so many on the transaction is one in bulk (db/database.ts). */
const BULK = 16;

/** A decision is told later, by issuing: it needs no mails. */
type DecisionDeps = Pick<RequestDeps, "db" | "clock">;

/** What became of one request of a bulk approval. `problem` null: approved. */
export interface ApprovalResult {
  readonly id: Id;
  readonly receiptNumber: string | null;
  readonly commonName: string | null;
  readonly problem: Problem | null;
}

/**
 * Approves one request; issuing it is the caller's next step, after the commit.
 * @throws Problem not-found, request-not-pending, approver-is-requester, stale-version, and every problem of the
 *   checks (contract-not-in-force, organization-not-vetted, domain-not-validated, term-too-long, key-compromised …)
 */
export async function approveRequest(
  deps: DecisionDeps,
  actor: OperatorActor,
  input: { readonly id: Id },
): Promise<ApprovalResult> {
  const [result] = await approveRequests(deps, actor, { ids: [input.id] });
  if (!result) throw new Problem("not-found");
  if (result.problem) throw result.problem;
  return result;
}

/**
 * Approves many, each decided by a condition of its own: a row that may not be approved does not hold up the
 * others. Results come in the order of `ids`; unknown and foreign ids are not-found.
 */
export async function approveRequests(
  deps: DecisionDeps,
  actor: OperatorActor,
  input: { readonly ids: readonly Id[] },
): Promise<readonly ApprovalResult[]> {
  const ids = [...new Set(input.ids)];
  const results = new Map<Id, ApprovalResult>();
  for (let at = 0; at < ids.length; at += GROUP) {
    const group = ids.slice(at, at + GROUP);
    const decided = await deps.db.transact((tx) => approveGroup(tx, deps, actor, group), {
      bulk: group.length >= BULK,
    });
    for (const result of decided) results.set(result.id, result);
  }
  return ids.map(
    (id) =>
      results.get(id) ?? { id, receiptNumber: null, commonName: null, problem: new Problem("not-found") },
  );
}

async function approveGroup(
  tx: Executor,
  deps: DecisionDeps,
  actor: OperatorActor,
  ids: readonly Id[],
): Promise<ApprovalResult[]> {
  const now = deps.clock.now();
  const store = requestStore(tx, actor.tenant);
  const { policy } = await partiesOf(tx, actor.tenant);
  const requests = await store.byIds(ids);
  const facts = await factsOfGroup(tx, requests, now);
  const problems = new Map<Id, Problem | null>(
    requests.map((request) => [request.id, judge(request, actor, policy, facts(request), now)]),
  );
  const moved = await store.approve(
    requests.filter(({ id }) => problems.get(id) === null),
    { decidedBy: stampOf(actor).actorName, decidedAt: now },
  );
  await store.noteAll([...moved], "APPROVED", actor, now);
  const results = requests.map(({ id, receiptNumber, commonName }) => {
    const problem = problems.get(id) ?? (moved.has(id) ? null : new Problem("stale-version"));
    return { id, receiptNumber, commonName, problem };
  });
  await appendAudit(
    tx,
    results
      .filter(({ problem }) => problem === null)
      .map(({ id, receiptNumber, commonName }) => ({
        tenant: actor.tenant,
        at: now,
        actor,
        action: "request.approved" as const,
        subject: { kind: "certificateRequest", id },
        details: { receiptNumber, commonName },
      })),
  );
  return results;
}

/** What stands in the way of one request, or null. */
function judge(
  request: StoredRequest,
  actor: OperatorActor,
  policy: Parties["policy"],
  facts: Facts | Problem,
  now: Temporal.Instant,
): Problem | null {
  try {
    approve(request, actor, policy);
    return facts instanceof Problem ? facts : firstProblem(checkRequest(request, facts, now));
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
}
