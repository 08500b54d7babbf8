import { and, asc, eq, lte } from "drizzle-orm";
import { revokeCertificates } from "../authority/index.ts";
import type { Database, Executor } from "../db/index.ts";
import { system } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { isProblem, type Problem } from "../kernel/problem.ts";
import type { MailFrame } from "./mails.ts";
import { carriedOutIn, GROUP } from "./revocation.ts";
import { revocationStore } from "./store.ts";
import { revocationTables } from "./tables.ts";
import { type ToldOrder, tellRevoked } from "./tell-revocations.ts";

export interface ExecutionDeps extends MailFrame {
  readonly db: Database;
  readonly clock: Clock;
}

const REVOCATION = system("revocation");

/**
 * Revokes what is planned and due, group after group, until nothing is due any more. Several processes may run it at
 * once, and a process that died left nothing half done: each order is DONE in the transaction that revokes its
 * certificate. Gives the number of certificates revoked; the caller publishes the CRLs.
 *
 * An order that cannot be carried out never holds up the others, whose deadlines run: after a failed group each goes by
 * itself. What went wrong first is thrown at the end; such an order is tried again with the next run.
 */
export async function executeDueRevocations(
  deps: ExecutionDeps,
  isStopped: () => boolean = () => false,
): Promise<number> {
  let revoked = 0;
  let limit = GROUP;
  const failed = new Set<Id>();
  let failure: { readonly cause: unknown } | null = null;
  while (!isStopped()) {
    const due = (await dueOrders(deps, limit + failed.size)).filter((id) => !failed.has(id)).slice(0, limit);
    const [first] = due;
    if (first === undefined) break;
    try {
      revoked += await deps.db.transact((tx) => executeGroup(tx, deps, due));
    } catch (error) {
      if (isProblem(error, "database-busy") || isProblem(error, "database-unreachable")) throw error;
      failure ??= { cause: error };
      if (due.length === 1) failed.add(first);
      limit = 1;
    }
  }
  if (failure) throw failure.cause;
  return revoked;
}

/** Carries out this one order, whatever becomes of others. */
export async function executeOrder(deps: ExecutionDeps, id: Id): Promise<void> {
  await deps.db.transact((tx) => executeGroup(tx, deps, [id]));
}

async function dueOrders({ db, clock }: ExecutionDeps, limit: number): Promise<Id[]> {
  const { revocationOrders: o } = revocationTables(db.read.columns);
  const rows = await db.read
    .select({ id: o.id })
    .from(o)
    .where(and(eq(o.state, "PLANNED"), lte(o.executeAt, clock.now())))
    .orderBy(asc(o.executeAt), asc(o.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

async function executeGroup(tx: Executor, deps: ExecutionDeps, ids: readonly Id[]): Promise<number> {
  const now = deps.clock.now();
  const store = revocationStore(tx);
  const due = await store.planned(ids);
  const claimed: typeof due = [];
  for (const order of due) if (await store.done(order.id, now)) claimed.push(order);
  const { revoked, refused } = await revokeCertificates(
    tx,
    claimed.map((order) => {
      const { certificateId, reason } = order;
      return { certificateId, reason, at: now, declaredIn: carriedOutIn(order) };
    }),
  );
  // What was revoked otherwise meanwhile is done; what expired needs no revocation any more.
  const won = new Set(revoked.map(({ certificateId }) => certificateId));
  const orders = new Map(claimed.map((order) => [order.certificateId, order]));
  for (const { certificateId, problem } of refused) {
    const order = orders.get(certificateId);
    if (order && isExpired(problem)) await store.lapse(order.id, REVOCATION);
  }
  const certificates = await store.certificates([...won]);
  const told = certificates.flatMap((certificate): ToldOrder[] => {
    const order = orders.get(certificate.id);
    return order ? [{ order, certificate }] : [];
  });
  await tellRevoked(tx, deps, REVOCATION, told, now);
  return told.length;
}

const isExpired = (problem: Problem) =>
  isProblem(problem, "certificate-not-revocable") && problem.params.state === "EXPIRED";
