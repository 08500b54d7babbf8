import { asc, gt } from "drizzle-orm";
import { authorityTables, holdBlockedKeys } from "../authority/index.ts";
import type { Executor, Reader } from "../db/index.ts";
import { system, tenantOf } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { Language } from "../kernel/languages.ts";
import { partiesOf } from "../requests/index.ts";
import { type Carrier, unseenCarriers } from "./carriers.ts";
import type { ExecutionDeps } from "./execute-due-revocations.ts";
import { explanationOf, noticeOf } from "./notice.ts";
import { orderOrHasten } from "./order-or-hasten.ts";
import { deadlineOf, GROUP, type RevocationOrder } from "./revocation.ts";
import { revocationStore } from "./store.ts";

const SWEEP = system("blocked-keys");

/** Keys looked at in one query. */
const KEYS_AT_ONCE = 500;

/**
 * Orders the revocation of every certificate alive that carries a blocked key and waits for no order that sees to it
 * in time (BR 4.9.1.1 (3)): what was left of a set too large for one transaction, what was planned for later or on
 * another ground, and what was being issued while its key was blocked, which on PostgreSQL neither of the two saw.
 *
 * A proven key: at the end of the notice, as reporters and subscribers are told, without regard to how many carry it.
 * A declared one: within 24 hours of the declaration. What is overdue, at once. Several processes may run it: a
 * certificate has one open order. Gives how many were looked after.
 */
export async function sweepBlockedKeys(deps: ExecutionDeps, isStopped: () => boolean = () => false) {
  let seenTo = 0;
  for (let after = ""; !isStopped(); ) {
    const keys = await keysAfter(deps.db.read, after);
    const last = keys.at(-1);
    if (last === undefined) break;
    for (;;) {
      const group = await sweepGroup(deps, keys);
      seenTo += group;
      // A page is looked at again as long as there is something left of it that can be ordered.
      if (group < GROUP || isStopped()) break;
    }
    after = last;
  }
  return seenTo;
}

async function keysAfter(on: Reader, after: string): Promise<string[]> {
  const { compromisedKeys: k } = authorityTables(on.columns);
  const rows = await on
    .select({ spkiSha256: k.spkiSha256 })
    .from(k)
    .where(gt(k.spkiSha256, after))
    .orderBy(asc(k.spkiSha256))
    .limit(KEYS_AT_ONCE);
  return rows.map(({ spkiSha256 }) => spkiSha256);
}

async function sweepGroup(deps: ExecutionDeps, keys: readonly string[]): Promise<number> {
  // Asked outside first: nearly always there is nothing, and then nobody waits for the write.
  const found = await unseenCarriers(deps.db.read, keys, deps.clock.now(), GROUP);
  if (found.length === 0) return 0;
  return deps.db.transact(async (tx) => {
    const now = deps.clock.now();
    // A declaration may have been taken back since: what is held here is taken back after this, with these orders.
    const held = await holdBlockedKeys(
      tx,
      found.map(({ spkiSha256 }) => spkiSha256),
    );
    const carriers = await unseenCarriers(tx, [...held], now, GROUP);
    const orders = await ordersFor(tx, carriers, now);
    const { refused } = await orderOrHasten(tx, deps, SWEEP, orders, now, { sharedKeys: false });
    return orders.length - refused.length;
  });
}

async function ordersFor(
  tx: Executor,
  carriers: readonly Carrier[],
  now: Temporal.Instant,
): Promise<RevocationOrder[]> {
  const languageOf = await languages(tx, carriers);
  const orders: RevocationOrder[] = [];
  for (const carrier of carriers) {
    const { id, reportedAt, declaredIn, evidence } = carrier;
    const known = Temporal.Instant.compare(reportedAt, now) < 0 ? reportedAt : now;
    const when =
      declaredIn === null
        ? await noticeOf(tx, known, known)
        : { dueAt: deadlineOf("KEY_COMPROMISE", known), executeAt: deadlineOf("KEY_COMPROMISE", known) };
    orders.push({
      certificateId: id,
      ground: "KEY_COMPROMISE",
      reason: "keyCompromise",
      explanation: declaredIn === null ? explanationOf(evidence, languageOf(carrier)) : "",
      ...when,
      origin: { kind: "shared-key", id: declaredIn },
    });
  }
  return orders;
}

/** The language of each carrier's subscriber. */
async function languages(tx: Executor, carriers: readonly Carrier[]) {
  const certificates = await revocationStore(tx).certificates(carriers.map(({ id }) => id));
  const known = new Map<Id, Language>();
  const ofCertificate = new Map<Id, Language>();
  for (const { id, subscriberId } of certificates) {
    if (subscriberId === null) continue;
    const language = known.get(subscriberId) ?? (await partiesOf(tx, tenantOf(subscriberId))).language;
    known.set(subscriberId, language);
    ofCertificate.set(id, language);
  }
  return ({ id }: Carrier): Language | null => ofCertificate.get(id) ?? null;
}
