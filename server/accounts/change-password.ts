import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { ApplicantActor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problem.ts";
import { hashPassword, passwordMatches, refuseWeakPassword } from "./passwords.ts";
import { endSessionsOf } from "./session-store.ts";
import { accountStore, type User, userById } from "./store.ts";
import { countSignIn } from "./throttle-store.ts";

export interface ChangePasswordInput {
  /** Not asked of somebody who has just used a temporary password: it is used up. */
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly newPasswordAgain: string;
  readonly address: string;
  /** The session that stays, as it is stored; all others of the user end. */
  readonly keepSession: string;
}

/**
 * Changes the user's own password.
 * Problems: current-password-wrong, too-many-attempts, password-mismatch, password-length, password-common,
 * password-contains-login-id, password-same, stale-version.
 */
export async function changePassword(
  { db, clock }: { db: Database; clock: Clock },
  actor: ApplicantActor,
  input: ChangePasswordInput,
): Promise<void> {
  const user = await userById(db.read, actor.userId);
  if (user === null) throw new Problem("not-found");
  if (!user.mustChangePassword) await confirmCurrent(db, user, input, clock.now());
  if (input.newPassword !== input.newPasswordAgain) throw new Problem("password-mismatch");
  refuseWeakPassword(input.newPassword, user.loginId);
  for (const known of [user.passwordHash, user.temporaryHash]) {
    if (known !== null && (await passwordMatches(known, input.newPassword)))
      throw new Problem("password-same");
  }
  const passwordHash = await hashPassword(input.newPassword);
  const now = clock.now();
  await db.transact(async (tx) => {
    await accountStore(tx, actor.tenant).save(user, {
      passwordHash,
      temporaryHash: null,
      temporaryUntil: null,
      mustChangePassword: false,
    });
    const ended = await endSessionsOf(tx, user.id, input.keepSession);
    await appendAudit(tx, [
      {
        tenant: actor.tenant,
        at: now,
        actor,
        action: "user.password-changed",
        subject: { kind: "user", id: user.id },
        details: { sessionsEnded: ended },
      },
    ]);
  });
}

async function confirmCurrent(
  db: Database,
  user: User,
  input: ChangePasswordInput,
  now: Temporal.Instant,
): Promise<void> {
  const attempt = await countSignIn(db, { kind: "password", account: user.id, address: input.address }, now);
  if (!(await passwordMatches(user.passwordHash, input.currentPassword))) {
    throw new Problem("current-password-wrong");
  }
  await db.transact((tx) => attempt.succeeded(tx));
}
