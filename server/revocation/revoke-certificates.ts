import { and, eq } from "drizzle-orm";
import type { Database } from "../db/index.ts";
import { enqueueJob, type Job, type JobHandler, type JobPayload } from "../jobs/index.ts";
import type { OperatorActor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { operatorAdmission } from "../operators/index.ts";
import type { MailFrame } from "./mails.ts";
import { orderRevocations } from "./order-revocations.ts";
import { certificatesWithKeys, revocationCandidates } from "./pages/candidates.ts";
import { deadlineOf, groundOfReason, type SubscriberReason } from "./revocation.ts";
import { revocationTables } from "./tables.ts";

/** What the operators' revocations need. */
export interface RevocationDeps extends MailFrame {
  readonly db: Database;
  readonly clock: Clock;
  /** Has the CRLs made that show what was revoked. */
  readonly publishSoon: () => void;
}

/** What an operator asks for. */
export interface Revoking {
  readonly ids: readonly Id[];
  readonly reason: SubscriberReason;
  readonly explanation: string;
}

export const REVOCATIONS_JOB = "revocation.revocations";

/** As many as are read on one check page. */
export const REVOCATIONS_LIMIT = 1000;

/** Revoked in one transaction; the progress moves after each. */
const CHUNK = 100;

/** What became of one certificate, kept in the job's result. */
export interface RevocationOutcome {
  readonly id: Id;
  readonly commonName: string | null;
  readonly serial: string | null;
  readonly problem: {
    readonly code: Problem["code"];
    readonly params: Record<string, string | number>;
  } | null;
}

/**
 * The certificates that go when these go: where the key is compromised, all of this subscriber's that carry it (BR
 * 4.9.1.1 (3)); those of other subscribers are planned by the order itself.
 */
export async function withSharedKeys(
  { db, clock }: Pick<RevocationDeps, "db" | "clock">,
  { tenant }: OperatorActor,
  { ids, reason }: Pick<Revoking, "ids" | "reason">,
): Promise<readonly Id[]> {
  if (reason !== "keyCompromise") return ids;
  const now = clock.now();
  const keys = (await revocationCandidates(db.read, tenant, ids, now)).map(({ spkiSha256 }) => spkiSha256);
  const shared = await certificatesWithKeys(db.read, tenant, keys, now);
  return [...new Set([...ids, ...shared])];
}

/**
 * Revokes one certificate at once, in the name of this operator.
 * @throws Problem not-found, certificate-not-revocable
 */
export async function revokeOne(
  deps: RevocationDeps,
  actor: OperatorActor,
  { ids, reason, explanation }: Revoking,
): Promise<void> {
  const { refused } = await orderNow(deps, actor, { ids, reason, explanation }, null);
  deps.publishSoon();
  if (refused[0]) throw refused[0].problem;
}

/** Puts the revocation of several to work, in the name of this operator. Gives the job's id. */
export async function startRevocations(
  deps: Pick<RevocationDeps, "db" | "clock">,
  actor: OperatorActor,
  { ids, reason, explanation }: Revoking,
): Promise<Id> {
  const { operatorId, fingerprint } = actor;
  return deps.db.transact((tx) =>
    enqueueJob(
      tx,
      {
        kind: REVOCATIONS_JOB,
        tenant: actor.tenant,
        createdBy: operatorId,
        payload: { ids: [...ids], reason, explanation, operatorId, fingerprint },
        total: ids.length,
      },
      deps.clock.now(),
    ),
  );
}

/**
 * Revokes in groups, each certificate decided by itself. It may be begun more than once: what an earlier run of the
 * same job revoked counts as done.
 */
export function revocationsJob(deps: RevocationDeps): JobHandler {
  return async (job, run) => {
    const ids = (job.payload["ids"] ?? []) as readonly Id[];
    const outcomes: RevocationOutcome[] = [];
    for (let at = 0; at < ids.length; at += CHUNK) {
      run.signal.throwIfAborted();
      outcomes.push(...(await revokeChunk(deps, job, ids.slice(at, at + CHUNK))));
      await run.progress(outcomes.length, ids.length);
    }
    deps.publishSoon();
    return { outcomes } as unknown as JobPayload;
  };
}

/** Reads the result of a finished job. */
export function readOutcomes(result: JobPayload): readonly RevocationOutcome[] {
  return (result["outcomes"] ?? []) as unknown as readonly RevocationOutcome[];
}

async function revokeChunk(deps: RevocationDeps, job: Job, ids: readonly Id[]): Promise<RevocationOutcome[]> {
  const { tenant, payload } = job;
  // Asked again for each group: whose certificate is not good any more revokes nothing more (safety.md 1, class 29).
  const actor = await operatorAdmission(deps).admit(String(payload["fingerprint"]));
  const may =
    actor?.kind === "operator" && actor.tenant === tenant && actor.operatorId === payload["operatorId"];
  if (!may)
    return ids.map((id) => ({
      id,
      commonName: null,
      serial: null,
      problem: plain(new Problem("not-allowed")),
    }));
  const reason = payload["reason"] as SubscriberReason;
  const explanation = String(payload["explanation"]);
  const { refused } = await orderNow(deps, actor, { ids, reason, explanation }, job.id);
  const mine = job.attempt > 1 ? await revokedBy(deps, job.id) : new Set<Id>();
  const problems = new Map(refused.map(({ certificateId, problem }) => [certificateId, problem]));
  const known = await revocationCandidates(deps.db.read, actor.tenant, ids, deps.clock.now());
  const facts = new Map(known.map((each) => [each.id, each]));
  return ids.map((id) => {
    const problem = mine.has(id) ? undefined : problems.get(id);
    const { commonName = null, serial = null } = facts.get(id) ?? {};
    return { id, commonName, serial, problem: problem ? plain(problem) : null };
  });
}

function orderNow(deps: RevocationDeps, actor: OperatorActor, wanted: Revoking, jobId: Id | null) {
  const { ids, reason, explanation } = wanted;
  return deps.db.transact((tx) => {
    const now = deps.clock.now();
    const ground = groundOfReason(reason);
    const orders = ids.map((certificateId) => ({
      certificateId,
      ground,
      reason,
      explanation,
      executeAt: now,
      dueAt: deadlineOf(ground, now),
      origin: { kind: "operator" as const, id: jobId },
    }));
    return orderRevocations(tx, deps, actor, orders, now);
  });
}

async function revokedBy({ db }: RevocationDeps, jobId: Id): Promise<ReadonlySet<Id>> {
  const { revocationOrders: o } = revocationTables(db.read.columns);
  const rows = await db.read
    .select({ id: o.certificateId })
    .from(o)
    .where(and(eq(o.originId, jobId), eq(o.state, "DONE")));
  return new Set(rows.map(({ id }) => id));
}

const plain = ({ code, params }: Problem): RevocationOutcome["problem"] => ({ code, params: { ...params } });
