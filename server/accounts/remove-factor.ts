import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { factorStore, policyOf } from "./factor-store.ts";
import { type FactorActor, ownerOf, policyRequires } from "./second-factor.ts";

/**
 * Removes one of the actor's own factors, after one was just given. The last one stays while approvals ask for it:
 * otherwise whoever holds the certificate alone could enrol a factor of their own.
 * Problems: second-factor-required, not-found, last-second-factor.
 */
export async function removeFactor(
  { db, clock }: { db: Database; clock: Clock },
  actor: FactorActor,
  { factorId, fresh }: { factorId: Id; fresh: boolean },
): Promise<void> {
  if (!fresh) throw new Problem("second-factor-required");
  await db.transact(async (tx) => {
    const store = factorStore(tx, ownerOf(actor));
    const factors = await store.list();
    const factor = factors.find((one) => one.id === factorId);
    if (!factor) throw new Problem("not-found");
    if (factors.length === 1 && policyRequires(actor, await policyOf(tx, actor))) {
      throw new Problem("last-second-factor");
    }
    await store.remove(factorId);
    await appendAudit(tx, [
      {
        tenant: actor.kind === "operator" ? actor.tenant : "system",
        at: clock.now(),
        actor,
        action: "second-factor.removed",
        subject: { kind: "secondFactor", id: factorId },
        details: { kind: factor.kind, name: factor.name },
      },
    ]);
  });
}
