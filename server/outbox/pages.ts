import { and, count, desc, gte, inArray } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import type { MessageState } from "./message.ts";
import { outboxTables } from "./tables.ts";

/** A mail that reached nobody. */
export interface FailedMail {
  readonly id: Id;
  readonly kind: string;
  readonly tenant: Id | null;
  readonly to: readonly string[];
  readonly subject: string;
  readonly state: MessageState;
  readonly lastError: string | null;
  readonly createdAt: Temporal.Instant;
}

/** Mails since `since` that were refused or given up, the newest first, and how many they are in all. */
export async function failedMails(
  on: Reader,
  since: Temporal.Instant,
  limit: number,
): Promise<{ readonly total: number; readonly latest: readonly FailedMail[] }> {
  const { messages: m } = outboxTables(on.columns);
  const failed = and(inArray(m.state, ["FAILED", "ABANDONED"]), gte(m.createdAt, since));
  const [counted] = await on.select({ count: count() }).from(m).where(failed);
  const latest = await on
    .select({
      id: m.id,
      kind: m.kind,
      tenant: m.tenant,
      to: m.to,
      subject: m.subject,
      state: m.state,
      lastError: m.lastError,
      createdAt: m.createdAt,
    })
    .from(m)
    .where(failed)
    .orderBy(desc(m.id))
    .limit(limit);
  return { total: counted?.count ?? 0, latest };
}
