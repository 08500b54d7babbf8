import { and, desc, eq, gt } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import { SESSION_IDLE, storedSessionId } from "../http/session.ts";
import type { Id } from "../kernel/ids.ts";
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
