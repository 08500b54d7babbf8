import type { JobRun } from "../../jobs/index.ts";
import { system } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import type { ExecutionDeps } from "../execute-due-revocations.ts";
import { orderOrHasten } from "../order-or-hasten.ts";
import type { RevocationOrder } from "../revocation.ts";
import { MASS_ACTOR } from "./mass-revocation.ts";
import { MEMBERS_GROUP, massStore, type StoredMass } from "./store.ts";

const FIRST = "";

/**
 * Orders the revocation of every member, group by group; what is due already is revoked with its order. A run that
 * was broken off goes on where it stopped. In a drill nothing is ordered, the members are only gone through.
 *
 * @param progress hears how many members are done
 */
export async function orderMembers(
  deps: ExecutionDeps,
  mass: StoredMass,
  run: Pick<JobRun, "signal">,
  progress: (done: number) => Promise<void>,
): Promise<void> {
  let after: Id = FIRST;
  for (let done = 0; ; ) {
    run.signal.throwIfAborted();
    const group = await deps.db.transact(async (tx) => {
      const now = deps.clock.now();
      const store = massStore(tx);
      const members = await store.unordered(mass.id, after);
      if (members.length === 0) return members;
      await store.ordered(
        members.map(({ id }) => id),
        now,
      );
      if (mass.drill) return members;
      // Read again: somebody may have brought the case forward while this was under way.
      const { ground, reason, explanation, executeAt, dueAt } = await store.byId(mass.id);
      const orders = members.map(
        ({ certificateId }): RevocationOrder => ({
          certificateId,
          ground,
          reason,
          explanation,
          executeAt,
          dueAt,
          origin: { kind: "mass-revocation", id: mass.id },
        }),
      );
      // What was revoked or ended since the set was gathered is refused, and needs no order any more.
      await orderOrHasten(tx, deps, system(MASS_ACTOR), orders, now);
      return members;
    });
    after = group.at(-1)?.certificateId ?? after;
    done += group.length;
    await progress(done);
    if (group.length < MEMBERS_GROUP) return;
  }
}
