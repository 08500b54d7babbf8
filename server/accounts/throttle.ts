import { createHash } from "node:crypto";

/**
 * Throttling that cannot lock a victim out. What refuses is always a wait for one address:
 *
 * - `pair`, one account from one address: a handful of free failures, then waits that double.
 * - `address`, one address over all accounts: stops those who try one password on many accounts.
 * - `account`, one account from anywhere, never refuses by itself. While many addresses fail on the account, each
 *   address gets fewer free failures, but never none: its owner can always try.
 *
 * An attempt is counted before the password is looked at, so that a hundred attempts at once are a hundred attempts;
 * a success takes its own count back and clears the pair.
 */
export interface ThrottleRow {
  readonly failures: number;
  readonly firstAt: Temporal.Instant;
  readonly blockedUntil: Temporal.Instant | null;
}

export interface ThrottlePolicy {
  /** Failures without a wait. */
  readonly free: number;
  /** The same while the account is under attack from many addresses. */
  readonly freeUnderAttack: number;
  /** A row whose first failure is older than this begins anew. */
  readonly window: Temporal.Duration;
  /** The wait after the first failure that is not free; doubled each time up to `longestWait`. */
  readonly wait: Temporal.Duration;
  readonly longestWait: Temporal.Duration;
}

const minutes = (count: number) => Temporal.Duration.from({ minutes: count });
const seconds = (count: number) => Temporal.Duration.from({ seconds: count });

export const PAIR_POLICY: ThrottlePolicy = {
  free: 5,
  freeUnderAttack: 2,
  window: minutes(60),
  wait: seconds(30),
  longestWait: minutes(15),
};

/** A company's people often share one address, hence the room. */
export const ADDRESS_POLICY: ThrottlePolicy = {
  free: 60,
  freeUnderAttack: 60,
  window: minutes(60),
  wait: seconds(30),
  longestWait: minutes(5),
};

/** Asking for temporary passwords: nobody needs more, and a mailbox must not be filled by strangers. */
export const RESET_POLICY: ThrottlePolicy = {
  free: 3,
  freeUnderAttack: 3,
  window: minutes(60),
  wait: minutes(15),
  longestWait: minutes(60),
};

/** From here on an account counts as under attack. */
const ATTACK_FROM = 20;

export interface Attempt {
  readonly row: ThrottleRow;
  /** Whole seconds to wait; null: go on. */
  readonly retryAfterSeconds: number | null;
}

/** Counts one more attempt on a row and says whether it may go on. A refused attempt does not prolong the wait. */
export function countAttempt(
  known: ThrottleRow | null,
  policy: ThrottlePolicy,
  now: Temporal.Instant,
  underAttack = false,
): Attempt {
  const row =
    known && !hasLapsed(known, policy, now) ? known : { failures: 0, firstAt: now, blockedUntil: null };
  if (row.blockedUntil !== null && Temporal.Instant.compare(now, row.blockedUntil) < 0) {
    const wait = Math.ceil(now.until(row.blockedUntil).total("seconds"));
    return { row, retryAfterSeconds: Math.max(wait, 1) };
  }
  const failures = row.failures + 1;
  const beyond = failures - (underAttack ? policy.freeUnderAttack : policy.free);
  const blockedUntil = beyond < 0 ? null : now.add(waitAfter(beyond, policy));
  return { row: { failures, firstAt: row.firstAt, blockedUntil }, retryAfterSeconds: null };
}

/** The row once the attempt turned out well. */
export function forgive(row: ThrottleRow): ThrottleRow {
  return { failures: Math.max(row.failures - 1, 0), firstAt: row.firstAt, blockedUntil: null };
}

export function isUnderAttack(account: ThrottleRow | null, now: Temporal.Instant): boolean {
  return account !== null && !hasLapsed(account, PAIR_POLICY, now) && account.failures >= ATTACK_FROM;
}

function hasLapsed(row: ThrottleRow, policy: ThrottlePolicy, now: Temporal.Instant): boolean {
  const blocked = row.blockedUntil !== null && Temporal.Instant.compare(now, row.blockedUntil) < 0;
  return !blocked && Temporal.Instant.compare(row.firstAt.add(policy.window), now) <= 0;
}

function waitAfter(beyond: number, policy: ThrottlePolicy): Temporal.Duration {
  const doubled = policy.wait.total("seconds") * 2 ** Math.min(beyond, 20);
  return seconds(Math.min(doubled, policy.longestWait.total("seconds")));
}

/**
 * The network an attempt comes from: an IPv4 address, or the /64 of an IPv6 address, since one household or attacker
 * owns all of it.
 */
export function networkOf(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (v4?.[1]) return v4[1];
  const [plain = ""] = address.toLowerCase().split("%");
  const [head = "", tail] = plain.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? [] : Array<string>(Math.max(8 - front.length - back.length, 0)).fill("0");
  const groups = [...front, ...gap, ...back].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${groups.join(":")}::/64`;
}

/** The key of a row: what people typed is hashed, so that a password typed as a login ID is not kept. */
export function throttleKey(kind: string, ...parts: readonly string[]): string {
  return `${kind}:${createHash("sha256").update(JSON.stringify(parts)).digest("hex")}`;
}
