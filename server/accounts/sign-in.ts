import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { ApplicantActor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import { decideSignIn, loginIdKey } from "./account.ts";
import { passwordMatches } from "./passwords.ts";
import { accountStore, type User, userByLoginId } from "./store.ts";
import { type CountedAttempt, countSignIn } from "./throttle-store.ts";

export interface SignInInput {
  readonly loginId: string;
  readonly password: string;
  readonly address: string;
}

export const actorOf = (user: User): ApplicantActor => ({
  kind: "applicant",
  userId: user.id,
  personId: user.personId,
  name: user.name,
  tenant: user.tenant,
  mustChangePassword: user.mustChangePassword,
});

/**
 * Who signs in with this ID and password. A temporary password is used up by this, and must be changed next.
 * An unknown ID, a wrong password, a disabled user and a lapsed temporary password are one answer, in the same time.
 * Problems: credentials-wrong, too-many-attempts.
 */
export async function signIn(
  { db, clock }: { db: Database; clock: Clock },
  input: SignInInput,
): Promise<ApplicantActor> {
  const account = loginIdKey(input.loginId);
  const attempt = await countSignIn(db, { kind: "login", account, address: input.address }, clock.now());
  for (let tries = 1; ; tries += 1) {
    const user = await userByLoginId(db.read, account);
    const [own, temporary] = await Promise.all([
      passwordMatches(user?.passwordHash ?? null, input.password),
      passwordMatches(user?.temporaryHash ?? null, input.password),
    ]);
    const now = clock.now();
    const decision = decideSignIn(user, { own, temporary }, now);
    if (user === null || decision === "refused") throw new Problem("credentials-wrong");
    try {
      return await letIn(db, user, decision === "temporary-password", attempt, input.address, now);
    } catch (error) {
      // Two sign-ins at once: the second looks again, and finds a temporary password used up.
      if (!isProblem(error, "stale-version") || tries === 3) throw error;
    }
  }
}

function letIn(
  db: Database,
  user: User,
  temporary: boolean,
  attempt: CountedAttempt,
  address: string,
  now: Temporal.Instant,
): Promise<ApplicantActor> {
  const mustChangePassword = user.mustChangePassword || temporary;
  const actor: ApplicantActor = { ...actorOf(user), mustChangePassword };
  return db.transact(async (tx) => {
    await attempt.succeeded(tx);
    await accountStore(tx, user.tenant).save(user, {
      mustChangePassword,
      // The hash stays until the new password is chosen, which must be another one.
      temporaryUntil: null,
      lastLoginAt: now,
    });
    await appendAudit(tx, [
      {
        tenant: user.tenant,
        at: now,
        actor,
        action: "user.signed-in",
        subject: { kind: "user", id: user.id },
        details: { address, with: temporary ? "temporary-password" : "password" },
      },
    ]);
    return actor;
  });
}
