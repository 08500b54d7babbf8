import { and, eq, gt, inArray, sql } from "drizzle-orm";
import { appendAudit } from "../../audit/index.ts";
import type { StaffActor } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import type { ExecutionDeps } from "../execute-due-revocations.ts";
import { revocationTables } from "../tables.ts";
import { requireState } from "./mass-revocation.ts";
import { massStore } from "./store.ts";
import { massRevocationTables } from "./tables.ts";

/**
 * Brings a running case forward: whatever of its set is still planned is due now, and the revocation worker carries it out
 * group by group. Problems: not-found, mass-revocation-state, stale-version.
 */
export async function executeMassRevocation(
  { db, clock }: ExecutionDeps,
  actor: StaffActor,
  { id, version }: { readonly id: Id; readonly version: number },
): Promise<void> {
  await db.transact(async (tx) => {
    const now = clock.now();
    const store = massStore(tx);
    const mass = await store.byId(id);
    requireState(mass, "RUNNING");
    await store.move({ id, version }, "RUNNING", { executeAt: now });
    const { revocationOrders: o } = revocationTables(tx.columns);
    const { massRevocationMembers: e } = massRevocationTables(tx.columns);
    // Those planned for another reason as well: nothing of the set is to stay valid.
    const members = tx.select({ id: e.certificateId }).from(e).where(eq(e.massRevocationId, id));
    const hastened = await tx
      .update(o)
      .set({ executeAt: now, version: sql`${o.version} + 1` })
      .where(and(inArray(o.openFor, members), eq(o.state, "PLANNED"), gt(o.executeAt, now)))
      .returning({ id: o.id });
    await appendAudit(tx, [
      {
        tenant: "system",
        at: now,
        actor,
        action: "mass-revocation.hastened",
        subject: { kind: "massRevocation", id },
        details: { revocations: hastened.length, plannedFor: mass.executeAt.toString() },
      },
    ]);
  });
}
