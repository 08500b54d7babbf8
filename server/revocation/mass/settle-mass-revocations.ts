import { and, count, eq, gt, inArray, isNotNull, max } from "drizzle-orm";
import { appendAudit } from "../../audit/index.ts";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import { system } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import type { ExecutionDeps } from "../execute-due-revocations.ts";
import { MASS_ACTOR } from "./mass-revocation.ts";
import { massStore } from "./store.ts";
import { massRevocationTables } from "./tables.ts";
import { tellSubscribers } from "./tell-subscribers.ts";

/**
 * Looks after the cases that run: one of whose set nothing is valid any more has its subscribers told of the end, and
 * then it is REVOKED. A drill ends with its preparation. Gives how many ended.
 */
export async function settleMassRevocations(deps: ExecutionDeps): Promise<number> {
  const { massRevocations: m } = massRevocationTables(deps.db.read.columns);
  const running = await deps.db.read
    .select()
    .from(m)
    .where(and(eq(m.state, "RUNNING"), isNotNull(m.preparedAt)));
  let ended = 0;
  for (const mass of running) {
    const { alive, lastRevokedAt } = await standing(deps.db.read, mass.id, deps.clock.now());
    if (!mass.drill && alive > 0) continue;
    if (!mass.drill) await tellSubscribers(deps, mass, "toldOfEndAt");
    await deps.db.transact(async (tx) => {
      const now = deps.clock.now();
      const store = massStore(tx);
      const current = await store.byId(mass.id);
      if (current.state !== "RUNNING") return;
      const revokedAt = (mass.drill ? null : lastRevokedAt) ?? now;
      await store.move(current, "REVOKED", { revokedAt });
      await appendAudit(tx, [
        {
          tenant: "system",
          at: now,
          actor: system(MASS_ACTOR),
          action: "mass-revocation.revoked",
          subject: { kind: "massRevocation", id: mass.id },
          details: { size: mass.size, drill: mass.drill, revokedAt: revokedAt.toString() },
        },
      ]);
    });
    ended += 1;
  }
  return ended;
}

/** How many of a set are still valid, and when the last of them was revoked. */
async function standing(on: Reader, massRevocationId: Id, now: Temporal.Instant) {
  const { massRevocationMembers: e } = massRevocationTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const ofTheSet = eq(e.massRevocationId, massRevocationId);
  const [alive] = await on
    .select({ count: count() })
    .from(e)
    .innerJoin(c, eq(c.id, e.certificateId))
    .where(and(ofTheSet, inArray(c.state, ["ACTIVE", "REPLACED"]), gt(c.notAfter, now)));
  const [last] = await on
    .select({ at: max(c.revokedAt) })
    .from(e)
    .innerJoin(c, eq(c.id, e.certificateId))
    .where(ofTheSet);
  return { alive: alive?.count ?? 0, lastRevokedAt: last?.at ?? null };
}
