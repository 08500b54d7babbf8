import { appendAudit } from "../audit/index.ts";
import type { Database, Executor } from "../db/index.ts";
import { type Actor, PUBLIC, type Tenant } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { queueMails } from "../outbox/index.ts";
import { loginIdKey, TEMPORARY_PASSWORD_LIFETIME } from "./account.ts";
import { type MailSettings, temporaryPasswordMail } from "./mails.ts";
import { hashPassword, newTemporaryPassword } from "./passwords.ts";
import { accountStore, type User, userByLoginId } from "./store.ts";
import { ADDRESS_POLICY, networkOf, RESET_POLICY, throttleKey } from "./throttle.ts";
import { countOn } from "./throttle-store.ts";

export interface TemporaryPasswordDeps extends MailSettings {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * パスワードをお忘れの方: mails a temporary password to the user's passwordNoticeEmail. Whoever asks learns nothing: an
 * unknown ID, a disabled user and an account that was asked for too often get the same answer in the same time, and
 * the user's own password stays valid.
 * Problem: too-many-attempts, counted by address alone.
 */
export async function requestTemporaryPassword(
  deps: TemporaryPasswordDeps,
  input: { readonly loginId: string; readonly address: string },
): Promise<void> {
  const account = loginIdKey(input.loginId);
  const addressKey = throttleKey("reset-address", networkOf(input.address));
  const wait = await countOn(deps.db, addressKey, ADDRESS_POLICY, deps.clock.now());
  if (wait !== null) throw new Problem("too-many-attempts", { retryAfterSeconds: wait });
  const accountKey = throttleKey("reset-account", account);
  const often = (await countOn(deps.db, accountKey, RESET_POLICY, deps.clock.now())) !== null;
  const password = newTemporaryPassword();
  // Made for nobody too, so that the time says nothing.
  const temporaryHash = await hashPassword(password);
  const user = await userByLoginId(deps.db.read, account);
  if (user === null || user.state !== "ACTIVE" || often) return;
  await deps.db.transact((tx) => hand(deps, tx, PUBLIC, user, { password, temporaryHash }));
}

/** The same from the desk, for a user of `tenant`. Problems: not-found, not-allowed (disabled), stale-version. */
export async function sendTemporaryPassword(
  deps: TemporaryPasswordDeps,
  actor: Actor,
  tenant: Tenant,
  userId: Id,
): Promise<void> {
  const password = newTemporaryPassword();
  const temporaryHash = await hashPassword(password);
  await deps.db.transact(async (tx) => {
    const user = await accountStore(tx, tenant).byId(userId);
    if (user.state !== "ACTIVE") throw new Problem("not-allowed");
    await hand(deps, tx, actor, user, { password, temporaryHash });
  });
}

async function hand(
  deps: TemporaryPasswordDeps,
  tx: Executor,
  actor: Actor,
  user: User,
  { password, temporaryHash }: { password: string; temporaryHash: string },
): Promise<void> {
  const now = deps.clock.now();
  const until = now.add(TEMPORARY_PASSWORD_LIFETIME);
  await accountStore(tx, user.tenant).save(user, { temporaryHash, temporaryUntil: until });
  await queueMails(tx, [temporaryPasswordMail(deps, user, now, { password, until })]);
  await appendAudit(tx, [
    {
      tenant: user.tenant,
      at: now,
      actor,
      action: "user.temporary-password-sent",
      subject: { kind: "user", id: user.id },
      details: { to: user.passwordNoticeEmail, until: until.toString() },
    },
  ]);
}
