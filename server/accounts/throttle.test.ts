import { describe, expect, it } from "vitest";
import {
  ADDRESS_POLICY,
  countAttempt,
  forgive,
  isUnderAttack,
  networkOf,
  PAIR_POLICY,
  type ThrottleRow,
  throttleKey,
} from "./throttle.ts";

const START = Temporal.Instant.from("2026-11-21T03:00:00Z");
const later = (seconds: number) => START.add({ seconds });

/** Fails at each of these seconds; gives the seconds to wait that each attempt was told. */
function attempts(seconds: readonly number[], underAttack = false) {
  let row: ThrottleRow | null = null;
  const waits = seconds.map((at) => {
    const attempt = countAttempt(row, PAIR_POLICY, later(at), underAttack);
    row = attempt.row;
    return attempt.retryAfterSeconds;
  });
  return { row, waits };
}

describe("one account from one address", () => {
  it("has five free failures, then waits", () => {
    expect(attempts([0, 1, 2, 3, 4, 5]).waits).toEqual([null, null, null, null, null, 29]);
  });

  it("waits twice as long after every further failure, and trying meanwhile does not prolong it", () => {
    // The fifth at 4 s waits until 34 s, the sixth at 34 s until 94 s.
    expect(attempts([0, 1, 2, 3, 4, 20, 33, 34, 35, 93, 94]).waits).toEqual([
      null,
      null,
      null,
      null,
      null,
      14,
      1,
      null,
      59,
      1,
      null,
    ]);
  });

  it("never waits longer than a quarter of an hour, and begins anew after an hour", () => {
    let row: ThrottleRow | null = null;
    let now = START;
    for (let count = 0; count < 40; count += 1) {
      const attempt = countAttempt(row, PAIR_POLICY, now);
      expect(attempt.retryAfterSeconds).toBeNull();
      row = attempt.row;
      if (row.blockedUntil) {
        const wait = now.until(row.blockedUntil).total("seconds");
        expect(wait).toBeLessThanOrEqual(15 * 60);
        now = row.blockedUntil;
      }
      if (Temporal.Instant.compare(now, START.add({ hours: 1 })) > 0) break;
    }
    expect(countAttempt(row, PAIR_POLICY, now).row.failures).toBe(1);
  });

  it("has fewer free failures while the account is under attack, but never none", () => {
    expect(attempts([0, 1, 2], true).waits).toEqual([null, null, 29]);
  });

  it("takes a success back", () => {
    const { row } = attempts([0, 1]);
    expect(row && forgive(row)).toMatchObject({ failures: 1, blockedUntil: null });
  });
});

describe("the address", () => {
  it("lets a whole office in before it waits", () => {
    let row: ThrottleRow | null = null;
    for (let count = 0; count < ADDRESS_POLICY.free; count += 1) {
      const attempt = countAttempt(row, ADDRESS_POLICY, START);
      expect(attempt.retryAfterSeconds).toBeNull();
      row = attempt.row;
    }
    expect(countAttempt(row, ADDRESS_POLICY, START).retryAfterSeconds).toBe(30);
  });

  it.each([
    ["203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("%s is of the network %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe("the account", () => {
  it("is under attack from twenty failures in an hour", () => {
    const row = { failures: 20, firstAt: START, blockedUntil: null };
    expect(isUnderAttack({ ...row, failures: 19 }, START)).toBe(false);
    expect(isUnderAttack(row, later(3599))).toBe(true);
    expect(isUnderAttack(row, later(3600))).toBe(false);
    expect(isUnderAttack(null, START)).toBe(false);
  });

  it("is never written as it was typed, and its parts cannot be moved", () => {
    expect(throttleKey("login-pair", "hanako", "1.2.3.4")).not.toContain("hanako");
    expect(throttleKey("login-pair", "a", "b,c")).not.toBe(throttleKey("login-pair", "a,b", "c"));
  });
});
