import { and, eq, ne } from "drizzle-orm";
import type { Executor, Reader } from "../db/index.ts";
import { type Tenant, tenantOf } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { Language } from "../kernel/languages.ts";
import { Problem } from "../kernel/problem.ts";
import { organizationTables } from "../organizations/tables.ts";
import { loginIdKey, type UserState } from "./account.ts";
import { accountTables } from "./tables.ts";

/** An applicant-site user with what their subscriber adds to it. */
export interface User {
  readonly id: Id;
  readonly tenant: Tenant;
  readonly personId: Id;
  readonly name: string;
  readonly loginId: string;
  readonly passwordHash: string | null;
  readonly temporaryHash: string | null;
  readonly temporaryUntil: Temporal.Instant | null;
  readonly passwordNoticeEmail: string;
  readonly mustChangePassword: boolean;
  readonly state: UserState;
  readonly version: number;
  readonly organization: string;
  readonly language: Language;
  readonly noticeAddress: string;
}

type Condition = "id" | "loginId";

/** Before anybody has signed in there is no tenant: the login ID is unique over all of them. */
export function userByLoginId(on: Reader, loginId: string): Promise<User | null> {
  return findUser(on, "loginId", loginIdKey(loginId));
}

/** The user a session says it belongs to; asked on every request. */
export function userById(on: Reader, id: Id): Promise<User | null> {
  return findUser(on, "id", id);
}

async function findUser(on: Reader, by: Condition, value: string): Promise<User | null> {
  const { applicantUsers: u } = accountTables(on.columns);
  const { people, subscribers } = organizationTables(on.columns);
  const [row] = await on
    .select({
      user: u,
      name: people.name,
      organization: subscribers.name,
      language: subscribers.language,
      noticeAddress: subscribers.noticeAddress,
    })
    .from(u)
    .innerJoin(people, eq(people.id, u.personId))
    .innerJoin(subscribers, eq(subscribers.id, u.subscriberId))
    // The users of a subscriber that has left are nobody's users.
    .where(and(eq(u[by], value), ne(subscribers.state, "TERMINATED")));
  if (!row) return null;
  const { user, ...around } = row;
  return { ...user, ...around, tenant: tenantOf(user.subscriberId) };
}

export interface NewUser {
  readonly id: Id;
  readonly personId: Id;
  readonly loginId: string;
  readonly passwordHash: string | null;
  readonly temporaryHash: string | null;
  readonly temporaryUntil: Temporal.Instant | null;
  readonly passwordNoticeEmail: string;
  readonly mustChangePassword: boolean;
}

type UserChanges = Partial<
  Pick<User, "passwordHash" | "temporaryHash" | "temporaryUntil" | "mustChangePassword" | "state"> & {
    lastLoginAt: Temporal.Instant;
  }
>;

/** The users of one subscriber. */
export const accountStore = (tx: Executor, tenant: Tenant) => {
  const { applicantUsers: u } = accountTables(tx.columns);
  const { people } = organizationTables(tx.columns);
  return {
    async byId(id: Id): Promise<User> {
      const user = await userById(tx, id);
      if (user === null || user.tenant !== tenant) throw new Problem("not-found");
      return user;
    },

    async personExists(id: Id): Promise<boolean> {
      const rows = await tx
        .select({ id: people.id })
        .from(people)
        .where(and(eq(people.id, id), eq(people.subscriberId, tenant)));
      return rows.length === 1;
    },

    async add(user: NewUser, now: Temporal.Instant): Promise<void> {
      const loginId = loginIdKey(user.loginId);
      const taken = await tx.select({ id: u.id }).from(u).where(eq(u.loginId, loginId));
      if (taken.length > 0) throw new Problem("login-id-taken");
      await tx
        .insert(u)
        .values({ ...user, loginId, subscriberId: tenant, state: "ACTIVE", createdAt: now, version: 1 });
    },

    /** Writes if nobody wrote since the user was read. Problem: stale-version. */
    async save(user: Pick<User, "id" | "version">, changes: UserChanges): Promise<void> {
      const written = await tx
        .update(u)
        .set({ ...changes, version: user.version + 1 })
        .where(and(eq(u.id, user.id), eq(u.subscriberId, tenant), eq(u.version, user.version)))
        .returning({ id: u.id });
      if (written.length !== 1) throw new Problem("stale-version");
    },
  };
};
