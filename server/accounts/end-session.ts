import { and, eq } from "drizzle-orm";
import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { ApplicantActor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problem.ts";
import { accountTables } from "./tables.ts";

/** Ends one of the user's own sessions, by its stored id. Problem: not-found, for anybody else's too. */
export async function endSession(
  { db, clock }: { db: Database; clock: Clock },
  actor: ApplicantActor,
  sessionId: string,
): Promise<void> {
  await db.transact(async (tx) => {
    const { sessions: s } = accountTables(tx.columns);
    const ended = await tx
      .delete(s)
      .where(and(eq(s.id, sessionId), eq(s.ownerId, actor.userId)))
      .returning({ id: s.id });
    if (ended.length === 0) throw new Problem("not-found");
    await appendAudit(tx, [
      {
        tenant: actor.tenant,
        at: clock.now(),
        actor,
        action: "session.ended",
        subject: { kind: "user", id: actor.userId },
      },
    ]);
  });
}
