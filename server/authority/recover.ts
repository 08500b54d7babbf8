import { and, asc, eq, inArray, lte } from "drizzle-orm";
import { appendAudit } from "../audit/index.ts";
import type { Executor } from "../db/index.ts";
import { system } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { AuthorityDeps } from "./authority.ts";
import { authorityTables } from "./tables.ts";

export interface AbandonedIntent {
  readonly id: Id;
  readonly issuerId: Id;
  readonly serial: string;
  readonly purpose: string;
}

const AT_ONCE = 256;

/**
 * Takes the intents whose lease has run out: ABANDONED by conditional update, whoever owned them. From then on their
 * serials answer "revoked", and what they were for may be ordered again. `follow` puts right, in the same transaction,
 * what waits for them (a request goes back to APPROVED).
 */
export async function recoverIntents(
  deps: Pick<AuthorityDeps, "db" | "clock" | "step">,
  follow: (tx: Executor, abandoned: readonly AbandonedIntent[], at: Temporal.Instant) => Promise<void>,
): Promise<AbandonedIntent[]> {
  const all: AbandonedIntent[] = [];
  for (;;) {
    const abandoned = await deps.db.transact(async (tx) => {
      const now = deps.clock.now();
      const taken = await abandonExpired(tx, now);
      if (taken.length > 0) {
        await follow(tx, taken, now);
        await appendAudit(
          tx,
          taken.map(({ id, serial, purpose }) => ({
            tenant: "system" as const,
            at: now,
            actor: system("recovery"),
            action: "intent.abandoned" as const,
            subject: { kind: "intent", id },
            details: { serial, purpose },
          })),
        );
        await deps.step("recover.before-commit");
      }
      return taken;
    });
    if (abandoned.length > 0) await deps.step("recover.committed");
    all.push(...abandoned);
    if (abandoned.length < AT_ONCE) return all;
  }
}

async function abandonExpired(tx: Executor, now: Temporal.Instant): Promise<AbandonedIntent[]> {
  const { intents: i } = authorityTables(tx.columns);
  const expired = and(eq(i.state, "PENDING"), lte(i.leaseUntil, now));
  const found = await tx.select({ id: i.id }).from(i).where(expired).orderBy(asc(i.id)).limit(AT_ONCE);
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  return tx
    .update(i)
    .set({ state: "ABANDONED", endedAt: now })
    .where(and(inArray(i.id, ids), expired))
    .returning({ id: i.id, issuerId: i.issuerId, serial: i.serial, purpose: i.purpose });
}
