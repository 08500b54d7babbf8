import { and, eq, gt, lte, ne, or } from "drizzle-orm";
import session from "express-session";
import type { Database, Executor } from "../db/index.ts";
import { SESSION_ABSOLUTE, SESSION_IDLE, storedSessionId } from "../http/session.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { accountTables } from "./tables.ts";

declare module "express-session" {
  interface SessionData {
    /** Where the session was opened from, shown to its owner. */
    visitor?: { address: string; userAgent: string };
  }
}

/** express-session touches the store on every request; the database hears of it once a minute. */
const SEEN_EVERY = Temporal.Duration.from({ minutes: 1 });

/**
 * Sessions in the database: found by the SHA-256 of the cookie's value, over after 30 minutes without a request or 12
 * hours in all. A session that was ended while one of its requests was still running stays ended: what was loaded
 * from the store is only ever updated there, never inserted again.
 */
export class DatabaseSessionStore extends session.Store {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #site: string;

  constructor({ db, clock, site }: { db: Database; clock: Clock; site: string }) {
    super();
    this.#db = db;
    this.#clock = clock;
    this.#site = site;
  }

  override get(
    sessionId: string,
    callback: (error: unknown, found?: session.SessionData | null) => void,
  ): void {
    this.#read(sessionId).then((found) => callback(null, found), callback);
  }

  override set(sessionId: string, data: session.SessionData, callback?: (error?: unknown) => void): void {
    this.#write(sessionId, data).then(() => callback?.(), callback);
  }

  override touch(sessionId: string, _data: session.SessionData, callback?: (error?: unknown) => void): void {
    this.#seen(sessionId).then(() => callback?.(), callback);
  }

  override destroy(sessionId: string, callback?: (error?: unknown) => void): void {
    const { sessions: s } = accountTables(this.#db.read.columns);
    this.#db
      .transact(async (tx) => void (await tx.delete(s).where(eq(s.id, storedSessionId(sessionId)))))
      .then(() => callback?.(), callback);
  }

  async #read(sessionId: string): Promise<session.SessionData | null> {
    const { sessions: s } = accountTables(this.#db.read.columns);
    const now = this.#clock.now();
    const [row] = await this.#db.read
      .select()
      .from(s)
      .where(
        and(
          eq(s.id, storedSessionId(sessionId)),
          eq(s.site, this.#site),
          gt(s.endsAt, now),
          gt(s.lastSeenAt, now.subtract(SESSION_IDLE)),
        ),
      );
    if (!row) return null;
    return { ...row.data, startedAt: row.createdAt.epochMilliseconds } as unknown as session.SessionData;
  }

  async #write(sessionId: string, data: session.SessionData): Promise<void> {
    const { sessions: s } = accountTables(this.#db.read.columns);
    const id = storedSessionId(sessionId);
    const now = this.#clock.now();
    const { startedAt, ...kept } = data;
    const changing = {
      ownerId: data.ownerId ?? null,
      fingerprint: data.fingerprint ?? null,
      data: kept as unknown as Record<string, unknown>,
      userAgent: data.visitor?.userAgent ?? "",
      address: data.visitor?.address ?? "",
      lastSeenAt: now,
    };
    await this.#db.transact(async (tx) => {
      if (startedAt !== undefined) {
        await tx.update(s).set(changing).where(eq(s.id, id));
        return;
      }
      const endsAt = now.add(SESSION_ABSOLUTE);
      await tx
        .insert(s)
        .values({ id, site: this.#site, createdAt: now, endsAt, ...changing })
        .onConflictDoUpdate({ target: s.id, set: changing });
    });
  }

  async #seen(sessionId: string): Promise<void> {
    const { sessions: s } = accountTables(this.#db.read.columns);
    const id = storedSessionId(sessionId);
    const now = this.#clock.now();
    const stale = and(eq(s.id, id), lte(s.lastSeenAt, now.subtract(SEEN_EVERY)));
    // Looked at first, where it costs no transaction.
    const [due] = await this.#db.read.select({ id: s.id }).from(s).where(stale);
    if (due) {
      await this.#db.transact(async (tx) => void (await tx.update(s).set({ lastSeenAt: now }).where(stale)));
    }
  }
}

/** Ends the sessions of a user, operator or staff member, on every site; `except` is a stored id that stays. */
export async function endSessionsOf(tx: Executor, ownerId: Id, except?: string): Promise<number> {
  const { sessions: s } = accountTables(tx.columns);
  const theirs =
    except === undefined ? eq(s.ownerId, ownerId) : and(eq(s.ownerId, ownerId), ne(s.id, except));
  return (await tx.delete(s).where(theirs).returning({ id: s.id })).length;
}

/** Removes the rows of sessions that are over; for a job. Returns how many. */
export async function sweepSessions(tx: Executor, now: Temporal.Instant): Promise<number> {
  const { sessions: s } = accountTables(tx.columns);
  const over = or(lte(s.endsAt, now), lte(s.lastSeenAt, now.subtract(SESSION_IDLE)));
  return (await tx.delete(s).where(over).returning({ id: s.id })).length;
}
