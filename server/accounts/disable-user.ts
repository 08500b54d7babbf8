import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { endSessionsOf } from "./session-store.ts";
import { accountStore } from "./store.ts";

/**
 * Closes the door: no sign-in any more, every session ended, a waiting temporary password void. Disabling a disabled
 * user changes nothing. Problems: not-found, stale-version.
 */
export async function disableUser(
  { db, clock }: { db: Database; clock: Clock },
  actor: Actor,
  tenant: Tenant,
  userId: Id,
): Promise<void> {
  await db.transact(async (tx) => {
    const store = accountStore(tx, tenant);
    const user = await store.byId(userId);
    if (user.state === "DISABLED") return;
    await store.save(user, { state: "DISABLED", temporaryHash: null, temporaryUntil: null });
    const ended = await endSessionsOf(tx, userId);
    await appendAudit(tx, [
      {
        tenant,
        at: clock.now(),
        actor,
        action: "user.disabled",
        subject: { kind: "user", id: userId },
        details: { loginId: user.loginId, sessionsEnded: ended },
      },
    ]);
  });
}
