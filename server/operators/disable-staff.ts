import { appendAudit } from "../audit/index.ts";
import type { StaffActor, SystemActor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { staffStore } from "./store.ts";
import type { SuspensionDeps } from "./suspend-operator.ts";
import { takeAwayCertificates } from "./take-away-certificates.ts";

/**
 * Shuts a staff member out for good: the certificates are taken away and revoked, the connections ended. Nobody
 * disables themselves, so whoever does it remains and the desk never stands without an administrator.
 * Problems: not-found, not-allowed (oneself, or no longer active oneself), stale-version (is disabled already).
 */
export async function disableStaff(
  { db, clock, closeSockets }: SuspensionDeps,
  actor: StaffActor | SystemActor,
  staffId: Id,
): Promise<void> {
  const at = clock.now();
  const fingerprints = await db.transact(async (tx) => {
    const store = staffStore(tx);
    await store.byId(staffId);
    if (actor.kind === "staff") {
      // Of two who disable each other at the same moment only the first still is somebody.
      if (actor.staffId === staffId || !(await store.lockActive(actor.staffId)))
        throw new Problem("not-allowed");
    }
    if (!(await store.disable(staffId))) throw new Problem("stale-version");
    const holder = { kind: "staff", id: staffId } as const;
    const fingerprints = await takeAwayCertificates(tx, holder, "affiliationChanged", at);
    const details = { certificates: fingerprints };
    await appendAudit(tx, [
      { tenant: "system", at, actor, action: "staff.disabled", subject: holder, details },
    ]);
    return fingerprints;
  });
  for (const fingerprint of fingerprints) closeSockets(fingerprint);
}
