import { appendAudit } from "../audit/index.ts";
import { type Executor, isUniqueViolation } from "../db/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { organizationStore } from "../organizations/index.ts";
import { queueMails } from "../outbox/index.ts";
import { isLoginId, TEMPORARY_PASSWORD_LIFETIME } from "./account.ts";
import { loginMail, temporaryPasswordMail } from "./mails.ts";
import { hashPassword, newTemporaryPassword, refuseWeakPassword } from "./passwords.ts";
import type { TemporaryPasswordDeps } from "./send-temporary-password.ts";
import { accountStore } from "./store.ts";
import { accountTables } from "./tables.ts";

export interface AddUserInput {
  readonly loginId: string;
  readonly passwordNoticeEmail: string;
  /** Somebody already known (an operator's own login is the same person), or a new person. */
  readonly person:
    | { readonly id: Id }
    | {
        readonly name: string;
        readonly email: string;
        readonly kana?: string | null;
        readonly department?: string | null;
        readonly phone?: string | null;
      };
  /** The password chosen in the service application, which is the first login; without one a temporary one is mailed. */
  readonly password?: string;
}

/**
 * Adds an applicant-site user to a subscriber and mails where and how to sign in (mails 12 and 13).
 * Returns the ids of user and person.
 * Problems: form-invalid (login ID), login-id-taken, not-found (person), password-length, password-common,
 * password-contains-login-id.
 */
export async function addUser(
  deps: TemporaryPasswordDeps,
  actor: Actor,
  tenant: Tenant,
  input: AddUserInput,
): Promise<{ userId: Id; personId: Id }> {
  if (!isLoginId(input.loginId)) throw new Problem("form-invalid");
  if (input.password !== undefined) refuseWeakPassword(input.password, input.loginId);
  const password = input.password ?? newTemporaryPassword();
  const hash = await hashPassword(password);
  const now = deps.clock.now();
  const until = now.add(TEMPORARY_PASSWORD_LIFETIME);
  const chosen = input.password !== undefined;
  const userId = newId();

  const add = deps.db.transact(async (tx) => {
    const store = accountStore(tx, tenant);
    const personId = await personOf(tx, tenant, input.person, now);
    await store.add(
      {
        id: userId,
        personId,
        loginId: input.loginId,
        passwordNoticeEmail: input.passwordNoticeEmail,
        passwordHash: chosen ? hash : null,
        temporaryHash: chosen ? null : hash,
        temporaryUntil: chosen ? null : until,
        mustChangePassword: !chosen,
      },
      now,
    );
    const user = await store.byId(userId);
    const temporary = chosen ? [] : [temporaryPasswordMail(deps, user, now, { password, until })];
    await queueMails(tx, [loginMail(deps, user, now), ...temporary]);
    await appendAudit(tx, [
      {
        tenant,
        at: now,
        actor,
        action: "user.added",
        subject: { kind: "user", id: userId },
        details: { loginId: user.loginId, personId },
      },
    ]);
    return { userId, personId };
  });
  try {
    return await add;
  } catch (error) {
    const { applicantUsers } = accountTables(deps.db.read.columns);
    if (isUniqueViolation(error, applicantUsers.loginId)) throw new Problem("login-id-taken");
    throw error;
  }
}

async function personOf(
  tx: Executor,
  tenant: Tenant,
  person: AddUserInput["person"],
  now: Temporal.Instant,
): Promise<Id> {
  if (!("id" in person)) return organizationStore(tx, tenant).addPerson(person, now);
  if (!(await accountStore(tx, tenant).personExists(person.id))) throw new Problem("not-found");
  return person.id;
}
