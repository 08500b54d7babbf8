import { and, asc, count, desc, eq, gt } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import { SESSION_IDLE, storedSessionId } from "../http/session.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { organizationTables } from "../organizations/tables.ts";
import type { UserState } from "./account.ts";
import { type Device, deviceOf } from "./device.ts";
import { accountTables } from "./tables.ts";

/** One line of 「サインイン中の端末」. */
export interface SessionLine {
  readonly id: string;
  readonly device: Device;
  readonly address: string;
  readonly createdAt: Temporal.Instant;
  readonly lastSeenAt: Temporal.Instant;
  /** The very session that is asking. */
  readonly current: boolean;
}

/** The user's sessions that are still open, the last used first. */
export async function listSessions(
  on: Reader,
  { userId, sessionId, now }: { userId: Id; sessionId: string; now: Temporal.Instant },
): Promise<SessionLine[]> {
  const { sessions: s } = accountTables(on.columns);
  const rows = await on
    .select()
    .from(s)
    .where(and(eq(s.ownerId, userId), gt(s.endsAt, now), gt(s.lastSeenAt, now.subtract(SESSION_IDLE))))
    .orderBy(desc(s.lastSeenAt));
  const current = storedSessionId(sessionId);
  return rows.map((row) => ({
    id: row.id,
    device: deviceOf(row.userAgent),
    address: row.address,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
    current: row.id === current,
  }));
}

/** An applicant-site user as the desk sees them: nothing of a password but what is waiting. */
export interface UserLine {
  readonly id: Id;
  readonly personId: Id;
  readonly name: string;
  readonly loginId: string;
  readonly email: string;
  readonly passwordNoticeEmail: string;
  readonly state: UserState;
  readonly hasOwnPassword: boolean;
  /** A temporary password waits until then. */
  readonly temporaryUntil: Temporal.Instant | null;
  readonly lastLoginAt: Temporal.Instant | null;
  readonly createdAt: Temporal.Instant;
}

/** The users of one subscriber by login ID. */
export async function listUsers(on: Reader, tenant: Tenant): Promise<readonly UserLine[]> {
  const { applicantUsers: u } = accountTables(on.columns);
  const rows = await userLines(on).where(eq(u.subscriberId, tenant)).orderBy(asc(u.loginId));
  return rows.map(lineOf);
}

/** One user with the number of sessions still open; null: none of this subscriber's. */
export async function showUser(
  on: Reader,
  tenant: Tenant,
  id: Id,
  now: Temporal.Instant,
): Promise<{ readonly user: UserLine; readonly openSessions: number } | null> {
  const { applicantUsers: u, sessions: s } = accountTables(on.columns);
  const [row] = await userLines(on).where(and(eq(u.id, id), eq(u.subscriberId, tenant)));
  if (!row) return null;
  const [open] = await on
    .select({ count: count() })
    .from(s)
    .where(and(eq(s.ownerId, id), gt(s.endsAt, now), gt(s.lastSeenAt, now.subtract(SESSION_IDLE))));
  return { user: lineOf(row), openSessions: open?.count ?? 0 };
}

type UserRow = Omit<UserLine, "hasOwnPassword"> & { readonly passwordHash: string | null };

const lineOf = ({ passwordHash, ...row }: UserRow): UserLine => ({
  ...row,
  hasOwnPassword: passwordHash !== null,
});

function userLines(on: Reader) {
  const { applicantUsers: u } = accountTables(on.columns);
  const { people: p } = organizationTables(on.columns);
  return on
    .select({
      id: u.id,
      personId: u.personId,
      name: p.name,
      loginId: u.loginId,
      email: p.email,
      passwordNoticeEmail: u.passwordNoticeEmail,
      state: u.state,
      passwordHash: u.passwordHash,
      temporaryUntil: u.temporaryUntil,
      lastLoginAt: u.lastLoginAt,
      createdAt: u.createdAt,
    })
    .from(u)
    .innerJoin(p, eq(p.id, u.personId))
    .$dynamic();
}
