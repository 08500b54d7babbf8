import { and, eq, isNull, lte, or } from "drizzle-orm";
import type { Database, Executor } from "../db/index.ts";
import { Problem } from "../kernel/problem.ts";
import { accountTables } from "./tables.ts";
import {
  ADDRESS_POLICY,
  type Attempt,
  countAttempt,
  forgive,
  isUnderAttack,
  networkOf,
  PAIR_POLICY,
  type ThrottlePolicy,
  type ThrottleRow,
  throttleKey,
} from "./throttle.ts";

/** Longer than any window and wait: a row this old says nothing any more. */
const KEPT = Temporal.Duration.from({ hours: 24 });

/** Counted before the secret is looked at; `succeeded` takes the count back. */
export interface CountedAttempt {
  succeeded(tx: Executor): Promise<void>;
}

/**
 * Counts an attempt on `account` (whatever was typed) from `address`. All counting goes through `transact`, rows
 * locked, so that attempts at the same moment cannot slip past each other.
 * Problem: too-many-attempts.
 */
export async function countSignIn(
  db: Database,
  attempt: { readonly kind: string; readonly account: string; readonly address: string },
  now: Temporal.Instant,
): Promise<CountedAttempt> {
  const network = networkOf(attempt.address);
  const keys = {
    account: throttleKey(`${attempt.kind}-account`, attempt.account),
    address: throttleKey(`${attempt.kind}-address`, network),
    pair: throttleKey(`${attempt.kind}-pair`, attempt.account, network),
  };
  const wait = await db.transact(async (tx) => {
    // Always in this order, or two attempts could wait for each other.
    const accountRow = await lockedRow(tx, keys.account, now);
    const addressRow = await lockedRow(tx, keys.address, now);
    const pairRow = await lockedRow(tx, keys.pair, now);
    const underAttack = isUnderAttack(accountRow, now);
    const address = countAttempt(addressRow, ADDRESS_POLICY, now);
    const pair = countAttempt(pairRow, PAIR_POLICY, now, underAttack);
    const refused = longerWait(address, pair);
    if (refused !== null) return refused;
    // The account's own count never refuses: its policy waits for nobody.
    const account = countAttempt(accountRow && { ...accountRow, blockedUntil: null }, PAIR_POLICY, now);
    await write(tx, keys.account, { ...account.row, blockedUntil: null });
    await write(tx, keys.address, address.row);
    await write(tx, keys.pair, pair.row);
    return null;
  });
  if (wait !== null) throw new Problem("too-many-attempts", { retryAfterSeconds: wait });
  return {
    async succeeded(tx) {
      const { throttles: t } = accountTables(tx.columns);
      for (const key of [keys.account, keys.address]) {
        await write(tx, key, forgive(await lockedRow(tx, key, now)));
      }
      await tx.delete(t).where(eq(t.key, keys.pair));
    },
  };
}

/** Counts on one key alone; the seconds to wait, or null. */
export function countOn(
  db: Database,
  key: string,
  policy: ThrottlePolicy,
  now: Temporal.Instant,
): Promise<number | null> {
  return db.transact(async (tx) => {
    const { row, retryAfterSeconds } = countAttempt(await lockedRow(tx, key, now), policy, now);
    await write(tx, key, row);
    return retryAfterSeconds;
  });
}

/** Removes the rows that say nothing any more; for a job. Returns how many. */
export async function sweepThrottles(tx: Executor, now: Temporal.Instant): Promise<number> {
  const { throttles: t } = accountTables(tx.columns);
  const old = and(lte(t.firstAt, now.subtract(KEPT)), or(isNull(t.blockedUntil), lte(t.blockedUntil, now)));
  return (await tx.delete(t).where(old).returning({ key: t.key })).length;
}

/** Inserts the row if need be and locks it until the transaction ends. */
async function lockedRow(tx: Executor, key: string, now: Temporal.Instant): Promise<ThrottleRow> {
  const { throttles: t } = accountTables(tx.columns);
  const [row] = await tx
    .insert(t)
    .values({ key, failures: 0, firstAt: now, blockedUntil: null })
    .onConflictDoUpdate({ target: t.key, set: { key } })
    .returning();
  if (!row) throw new Error("a throttle row vanished");
  return row;
}

async function write(tx: Executor, key: string, row: ThrottleRow): Promise<void> {
  const { throttles: t } = accountTables(tx.columns);
  await tx.update(t).set(row).where(eq(t.key, key));
}

function longerWait(...attempts: Attempt[]): number | null {
  const waits = attempts.map((one) => one.retryAfterSeconds).filter((wait) => wait !== null);
  return waits.length === 0 ? null : Math.max(...waits);
}
