import { revokeCertificates } from "../authority/index.ts";
import type { Database, Executor } from "../db/index.ts";
import { system } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { isProblem, type Problem } from "../kernel/problem.ts";
import type { MailFrame } from "./mails.ts";
import { GROUP } from "./order-revocations.ts";
import { revocationStore } from "./store.ts";
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
 */
export async function executeDueRevocations(
  deps: ExecutionDeps,
  isStopped: () => boolean = () => false,
): Promise<number> {
  let revoked = 0;
  while (!isStopped()) {
    const group = await deps.db.transact((tx) => executeGroup(tx, deps));
    if (group === null) break;
    revoked += group;
  }
  return revoked;
}

async function executeGroup(tx: Executor, deps: ExecutionDeps): Promise<number | null> {
  const now = deps.clock.now();
  const store = revocationStore(tx);
  const due = await store.due(now, GROUP);
  if (due.length === 0) return null;
  const claimed: typeof due = [];
  for (const order of due) if (await store.done(order.id, now)) claimed.push(order);
  const { revoked, refused } = await revokeCertificates(
    tx,
    claimed.map(({ certificateId, reason }) => ({ certificateId, reason, at: now })),
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
