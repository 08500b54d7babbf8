import { and, asc, eq, gt, gte, inArray, isNull } from "drizzle-orm";
import { authorityTables } from "../authority/index.ts";
import type { Reader } from "../db/index.ts";
import { system } from "../kernel/actor.ts";
import { requestTables } from "../requests/index.ts";
import type { ExecutionDeps } from "./execute-due-revocations.ts";
import { GROUP, orderRevocations } from "./order-revocations.ts";
import { deadlineOf, type RevocationOrder } from "./revocation.ts";
import { revocationTables } from "./tables.ts";

const SWEEP = system("blocked-keys");

/** Keys looked at in one query. */
const KEYS_AT_ONCE = 500;

/**
 * Orders the revocation of every certificate alive that carries a blocked key and waits for no order (BR 4.9.1.1 (3)):
 * what was left of a set too large for one transaction, and what was being issued while its key was blocked, which on
 * PostgreSQL neither of the two saw. Within 24 hours of the moment that the key was reported; what is overdue, at once.
 * Several processes may run it: a certificate has one open order. Gives how many were ordered.
 */
export async function sweepBlockedKeys(deps: ExecutionDeps, isStopped: () => boolean = () => false) {
  let ordered = 0;
  for (let after = ""; !isStopped(); ) {
    const keys = await keysAfter(deps.db.read, after);
    const last = keys.at(-1);
    if (!last) break;
    for (;;) {
      const group = await sweepGroup(deps, keys);
      ordered += group;
      // A page is looked at again as long as there is something left of it that can be ordered.
      if (group < GROUP || isStopped()) break;
    }
    after = last.spkiSha256;
  }
  return ordered;
}

type BlockedKey = Awaited<ReturnType<typeof keysAfter>>[number];

async function keysAfter(on: Reader, after: string) {
  const { compromisedKeys: k } = authorityTables(on.columns);
  return on
    .select({ spkiSha256: k.spkiSha256, reportedAt: k.reportedAt, declaredIn: k.declaredIn })
    .from(k)
    .where(gt(k.spkiSha256, after))
    .orderBy(asc(k.spkiSha256))
    .limit(KEYS_AT_ONCE);
}

async function sweepGroup(deps: ExecutionDeps, keys: readonly BlockedKey[]): Promise<number> {
  // Asked outside first: nearly always there is nothing, and then nobody waits for the write.
  if ((await carriers(deps.db.read, keys, deps.clock.now())).length === 0) return 0;
  return deps.db.transact(async (tx) => {
    const now = deps.clock.now();
    const byHash = new Map(keys.map((key) => [key.spkiSha256, key]));
    const orders = (await carriers(tx, keys, now)).flatMap(({ id, spkiSha256 }) => {
      const key = byHash.get(spkiSha256);
      return key ? [orderFor(id, key, now)] : [];
    });
    const { ordered } = await orderRevocations(tx, deps, SWEEP, orders, now, { sharedKeys: false });
    return ordered.length;
  });
}

function orderFor(certificateId: string, key: BlockedKey, now: Temporal.Instant): RevocationOrder {
  const known = deadlineOf("KEY_COMPROMISE", key.reportedAt);
  const latest = deadlineOf("KEY_COMPROMISE", now);
  const dueAt = Temporal.Instant.compare(known, latest) < 0 ? known : latest;
  return {
    certificateId,
    ground: "KEY_COMPROMISE",
    reason: "keyCompromise",
    explanation: "",
    executeAt: dueAt,
    dueAt,
    origin: { kind: "shared-key", id: key.declaredIn },
  };
}

/** Certificates of subscribers alone: those of clients and sites are taken away where they are given. */
async function carriers(on: Reader, keys: readonly BlockedKey[], now: Temporal.Instant) {
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const { revocationOrders: o } = revocationTables(on.columns);
  return on
    .select({ id: c.id, spkiSha256: c.spkiSha256 })
    .from(c)
    .innerJoin(r, eq(r.certificateId, c.id))
    .leftJoin(o, eq(o.openFor, c.id))
    .where(
      and(
        inArray(
          c.spkiSha256,
          keys.map(({ spkiSha256 }) => spkiSha256),
        ),
        inArray(c.state, ["ACTIVE", "REPLACED"]),
        gte(c.notAfter, now),
        isNull(o.id),
      ),
    )
    .orderBy(asc(c.id))
    .limit(GROUP);
}
