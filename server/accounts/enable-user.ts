import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { accountStore } from "./store.ts";

/** Lets a disabled user sign in again, with the password they had. Problems: not-found, stale-version. */
export async function enableUser(
  { db, clock }: { db: Database; clock: Clock },
  actor: Actor,
  tenant: Tenant,
  userId: Id,
): Promise<void> {
  await db.transact(async (tx) => {
    const store = accountStore(tx, tenant);
    const user = await store.byId(userId);
    if (user.state === "ACTIVE") return;
    await store.save(user, { state: "ACTIVE" });
    await appendAudit(tx, [
      {
        tenant,
        at: clock.now(),
        actor,
        action: "user.enabled",
        subject: { kind: "user", id: userId },
        details: { loginId: user.loginId },
      },
    ]);
  });
}
