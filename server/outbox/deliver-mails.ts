import { and, asc, eq, inArray, lte, or, sql } from "drizzle-orm";
import type { Database, Reader } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { newId } from "../kernel/ids.ts";
import type { Language } from "../kernel/languages.ts";
import { afterAttempt, type Delivery } from "./message.ts";
import { outboxTables } from "./tables.ts";

/** What sends a mail; adapters/mail.ts is one. Failures are outcomes; it may throw on defects only. */
export interface MailCarrier {
  send(mail: {
    readonly messageId: string;
    readonly from: string;
    readonly to: readonly string[];
    readonly cc: readonly string[];
    readonly replyTo: readonly string[];
    readonly subject: string;
    readonly text: string;
    readonly language: Language;
  }): Promise<Delivery>;
}

export interface DeliveryDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly mailer: MailCarrier;
  /** Names this process, for people who look at the leases. */
  readonly owner: string;
}

export interface DeliveryCount {
  readonly sent: number;
  readonly postponed: number;
  readonly failed: number;
}

/** Longer than a group of mails may take; after it another process may take the mail over. */
const LEASE = Temporal.Duration.from({ minutes: 10 });
/** Nothing new is begun this shortly before the lease ends: longer than one attempt may take. */
const MARGIN = Temporal.Duration.from({ minutes: 2 });
const AT_ONCE = 4;

/**
 * Sends what is due, at most `limit` mails. Each is claimed by a conditional update under a lease, sent outside every
 * transaction and marked by another one: at least once, and twice only when the process dies, or the connection
 * drops, between the server's acceptance and our mark; then with the same Message-ID.
 */
export async function deliverMails(
  deps: DeliveryDeps,
  { limit = 40 }: { limit?: number } = {},
): Promise<DeliveryCount> {
  const count = { sent: 0, postponed: 0, failed: 0 };
  const lease = `${deps.owner}:${newId()}`;
  const claimed = await claim(deps, lease, limit);
  const lastStart = deps.clock.now().add(LEASE).subtract(MARGIN);
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (let message = claimed.shift(); message; message = claimed.shift()) {
      // Left as it is, its lease runs out and the mail is due again.
      if (Temporal.Instant.compare(deps.clock.now(), lastStart) > 0) continue;
      const state = await deliver(deps, lease, message);
      if (state === "SENT") count.sent += 1;
      else if (state === "QUEUED") count.postponed += 1;
      else if (state !== null) count.failed += 1;
    }
  });
  await Promise.all(lanes);
  return count;
}

/** Due for the first time or again, or left behind by a process that did not come back. */
function isDue(on: Reader, now: Temporal.Instant) {
  const { messages: m } = outboxTables(on.columns);
  return or(
    and(eq(m.state, "QUEUED"), lte(m.nextAttemptAt, now)),
    and(eq(m.state, "SENDING"), lte(m.leaseUntil, now)),
  );
}

async function claim({ db, clock }: DeliveryDeps, lease: string, limit: number) {
  const now = clock.now();
  const { messages: m } = outboxTables(db.read.columns);
  const due = await db.read
    .select({ id: m.id })
    .from(m)
    .where(isDue(db.read, now))
    .orderBy(asc(m.nextAttemptAt), asc(m.id))
    .limit(limit);
  if (due.length === 0) return [];
  const ids = due.map(({ id }) => id);
  const claimed = await db.transact((tx) =>
    tx
      .update(m)
      .set({
        state: "SENDING",
        attempts: sql`${m.attempts} + 1`,
        leaseOwner: lease,
        leaseUntil: now.add(LEASE),
      })
      .where(and(inArray(m.id, ids), isDue(tx, now)))
      .returning(),
  );
  return claimed.sort((a, b) => (a.id < b.id ? -1 : 1));
}

type Message = Awaited<ReturnType<typeof claim>>[number];

/** One attempt and its mark. Null when the lease was lost meanwhile: whoever has the mail now decides. */
async function deliver({ db, clock, mailer }: DeliveryDeps, lease: string, message: Message) {
  const delivery = await mailer
    .send(message)
    .catch((error: unknown): Delivery => ({ outcome: "temporary", why: String(error).slice(0, 500) }));
  const now = clock.now();
  const next = afterAttempt(delivery, message.attempts, now);
  const { messages: m } = outboxTables(db.read.columns);
  const marked = await db.transact((tx) =>
    tx
      .update(m)
      .set({
        state: next.state,
        leaseOwner: null,
        leaseUntil: null,
        lastError: errorOf(delivery),
        ...(next.state === "QUEUED" ? { nextAttemptAt: next.at } : {}),
        ...(next.state === "SENT" ? { sentAt: now } : {}),
        // A secret stays no longer than its delivery takes.
        ...(next.state !== "QUEUED" && message.textToKeep !== null ? { text: message.textToKeep } : {}),
      })
      .where(and(eq(m.id, message.id), eq(m.state, "SENDING"), eq(m.leaseOwner, lease)))
      .returning({ id: m.id }),
  );
  return marked.length === 1 ? next.state : null;
}

function errorOf(delivery: Delivery): string | null {
  if (delivery.outcome !== "sent") return delivery.why;
  return delivery.refusedFor.length === 0 ? null : `not taken for ${delivery.refusedFor.join(", ")}`;
}
