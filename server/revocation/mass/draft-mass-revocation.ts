import { appendAudit } from "../../audit/index.ts";
import type { Database } from "../../db/index.ts";
import { enqueueJob } from "../../jobs/index.ts";
import type { StaffActor } from "../../kernel/actor.ts";
import type { Clock } from "../../kernel/clock.ts";
import { type Id, newId } from "../../kernel/ids.ts";
import { type Ground, reasonsOf } from "../revocation.ts";
import { gatherSet } from "./gather-set.ts";
import {
  MASS_REVOCATION_JOB,
  requireStartable,
  requireState,
  scheduleOf,
  type Timing,
} from "./mass-revocation.ts";
import type { Selector } from "./selector.ts";
import { massStore } from "./store.ts";

export interface MassDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export interface MassDraft {
  readonly name: string;
  readonly ground: Ground;
  readonly explanation: string;
  readonly drill: boolean;
  readonly knownAt: Temporal.Instant;
  readonly timing: Timing;
  readonly selector: Selector;
}

/**
 * Gathers the set of a mass revocation and keeps it, so that what another person checks is what is revoked. Nothing
 * happens to any certificate yet.
 * Problems: those of `gatherSet`, mass-revocation-known-ahead.
 */
export async function draftMassRevocation(
  { db, clock }: MassDeps,
  actor: StaffActor,
  draft: MassDraft,
): Promise<Id> {
  const now = clock.now();
  const schedule = scheduleOf(draft, now);
  const set = await gatherSet(db.read, draft.selector, now);
  const id = newId();
  await db.transact(async (tx) => {
    await massStore(tx).add(
      {
        id,
        ...draft,
        ...schedule,
        reason: reasonsOf(draft.ground, now)[0] ?? "unspecified",
        state: "DRAFT",
        size: set.length,
        createdAt: now,
        createdBy: actor.staffId,
        createdByName: actor.name,
        startedAt: null,
        startedByName: null,
        preparedAt: null,
        revokedAt: null,
        closedAt: null,
        closedByName: null,
        remark: null,
        version: 1,
      },
      set,
    );
    const { name, ground, drill } = draft;
    const details = { name, ground, drill, size: set.length, selector: draft.selector.kind };
    await audit(tx, actor, id, "mass-revocation.drafted", details, now);
  });
  return id;
}

/**
 * Sets a draft going, by somebody else than who made it. The work itself is a job, which this puts into the queue.
 * Problems: not-found, mass-revocation-state, mass-revocation-four-eyes, stale-version.
 */
export async function startMassRevocation(
  { db, clock }: MassDeps,
  actor: StaffActor,
  { id, version }: { readonly id: Id; readonly version: number },
): Promise<Id> {
  return db.transact(async (tx) => {
    const now = clock.now();
    const store = massStore(tx);
    const mass = await store.byId(id);
    requireStartable(mass, actor);
    const schedule = scheduleOf(mass, now);
    await store.move({ id, version }, "RUNNING", {
      ...schedule,
      startedAt: now,
      startedByName: actor.name,
    });
    const job = await enqueueJob(
      tx,
      {
        kind: MASS_REVOCATION_JOB,
        tenant: null,
        createdBy: actor.staffId,
        payload: { massRevocationId: id },
        total: mass.size * 2,
      },
      now,
    );
    const { dueAt, executeAt } = schedule;
    const details = { size: mass.size, dueAt: dueAt.toString(), executeAt: executeAt.toString() };
    await audit(tx, actor, id, "mass-revocation.started", details, now);
    return job;
  });
}

/** Drops a draft: nothing has been done. Problems: not-found, mass-revocation-state, stale-version. */
export async function abandonMassRevocation(
  { db, clock }: MassDeps,
  actor: StaffActor,
  { id, version }: { readonly id: Id; readonly version: number },
): Promise<void> {
  await db.transact(async (tx) => {
    const now = clock.now();
    const store = massStore(tx);
    requireState(await store.byId(id), "DRAFT");
    await store.move({ id, version }, "ABANDONED", { closedAt: now, closedByName: actor.name });
    await audit(tx, actor, id, "mass-revocation.abandoned", {}, now);
  });
}

/**
 * Signs the report of a case that is over. Problems: not-found, mass-revocation-state, stale-version.
 *
 * @param remark what the person has to add: what was learnt, what was late and why
 */
export async function closeMassRevocation(
  { db, clock }: MassDeps,
  actor: StaffActor,
  { id, version, remark }: { readonly id: Id; readonly version: number; readonly remark: string },
): Promise<void> {
  await db.transact(async (tx) => {
    const now = clock.now();
    const store = massStore(tx);
    requireState(await store.byId(id), "REVOKED");
    await store.move({ id, version }, "CLOSED", { closedAt: now, closedByName: actor.name, remark });
    await audit(tx, actor, id, "mass-revocation.closed", { remark }, now);
  });
}

function audit(
  tx: Parameters<typeof appendAudit>[0],
  actor: StaffActor,
  id: Id,
  action: `mass-revocation.${string}`,
  details: Readonly<Record<string, string | number | boolean>>,
  at: Temporal.Instant,
): Promise<void> {
  const subject = { kind: "massRevocation", id };
  return appendAudit(tx, [{ tenant: "system", at, actor, action, subject, details }]);
}
