import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type StaffActor, tenantOf } from "../kernel/actor.ts";
import { DEFAULT_POLICY } from "../organizations/index.ts";
import { decideSignIn, isLoginId } from "./account.ts";
import { deviceOf } from "./device.ts";
import { seal, unseal } from "./seal.ts";
import { isFresh, policyRequires } from "./second-factor.ts";

const NOW = Temporal.Instant.from("2026-11-21T03:00:00Z");
const staff: StaffActor = { kind: "staff", staffId: "s", name: "審査 花子", roles: [], fingerprint: "aa" };
const operator = {
  kind: "operator",
  operatorId: "o",
  personId: "p",
  name: "山田 太郎",
  tenant: tenantOf("t"),
  fingerprint: "bb",
} as const;
const ago = (seconds: number) => NOW.epochMilliseconds - seconds * 1000;

describe("a factor just given", () => {
  it.each([
    ["now", ago(0), "aa", true],
    ["almost five minutes ago", ago(299.999), "aa", true],
    ["five minutes ago", ago(300), "aa", false],
    ["in the future", ago(-1), "aa", false],
    ["never", undefined, "aa", false],
    ["with another certificate", ago(0), "bb", false],
    ["without a certificate", ago(0), undefined, false],
  ])("%s counts: %s %s %s", (_when, secondFactorAt, fingerprint, counts) => {
    expect(isFresh({ secondFactorAt, fingerprint }, staff, NOW)).toBe(counts);
  });

  it.each([
    [29 * 60 + 59, true],
    [30 * 60, false],
  ])("while a form is typed, counts %i seconds later: %s", (seconds, counts) => {
    const mark = { secondFactorAt: ago(seconds), fingerprint: "aa" };
    expect(isFresh(mark, staff, NOW, true)).toBe(counts);
    expect(isFresh(mark, staff, NOW)).toBe(false);
  });

  it.each([
    ["staff always", staff, null, true],
    ["an operator by default", operator, DEFAULT_POLICY, true],
    [
      "an operator whose subscriber waived it",
      operator,
      { ...DEFAULT_POLICY, secondFactorForApproval: false },
      false,
    ],
    ["an operator without a policy", operator, null, true],
  ])("is asked of %s", (_who, actor, policy, asked) => {
    expect(policyRequires(actor, policy)).toBe(asked);
  });
});

describe("signing in", () => {
  const active = { state: "ACTIVE", temporaryUntil: null } as const;
  const waiting = { state: "ACTIVE", temporaryUntil: NOW.add({ seconds: 1 }) } as const;
  const lapsed = { state: "ACTIVE", temporaryUntil: NOW } as const;
  const disabled = { state: "DISABLED", temporaryUntil: NOW.add({ hours: 1 }) } as const;
  const own = { own: true, temporary: false };
  const temporary = { own: false, temporary: true };
  const neither = { own: false, temporary: false };
  it.each([
    ["the own password", active, own, "own-password"],
    ["the own password beside a temporary one", waiting, own, "own-password"],
    ["a temporary one in time", waiting, temporary, "temporary-password"],
    ["a temporary one to the second", lapsed, temporary, "refused"],
    ["a temporary one that was used up", active, temporary, "refused"],
    ["a wrong one", waiting, neither, "refused"],
    ["the own one of a disabled user", disabled, own, "refused"],
    ["a temporary one of a disabled user", disabled, temporary, "refused"],
    ["anything of nobody", null, own, "refused"],
  ] as const)("with %s", (_with, user, matches, decision) => {
    expect(decideSignIn(user, matches, NOW)).toBe(decision);
  });

  it.each([
    ["hanako", true],
    ["S.Hanako_01-x", true],
    ["short", false],
    ["x".repeat(32), true],
    ["x".repeat(33), false],
    ["花子hanako", false],
    ["with space", false],
    ["hanako\n", false],
  ])("%j as a login ID: %s", (text, good) => {
    expect(isLoginId(text)).toBe(good);
  });
});

describe("a sealed secret", () => {
  const key = randomBytes(32);
  const secret = randomBytes(20);
  it("comes back with its key and context alone", () => {
    const sealed = seal(key, secret, "totp:staff:1");
    expect(Buffer.from(unseal(key, sealed, "totp:staff:1"))).toEqual(secret);
    expect(() => unseal(key, sealed, "totp:staff:2")).toThrow();
    expect(() => unseal(randomBytes(32), sealed, "totp:staff:1")).toThrow();
    const flipped = Buffer.from(sealed.text, "base64url");
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    expect(() => unseal(key, { ...sealed, text: flipped.toString("base64url") }, "totp:staff:1")).toThrow();
    expect(() => unseal(key, { ...sealed, tag: sealed.tag.slice(0, 6) }, "totp:staff:1")).toThrow();
  });

  it("never looks the same twice", () => {
    expect(seal(key, secret, "x")).not.toEqual(seal(key, secret, "x"));
  });
});

describe("a device", () => {
  it.each([
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36 Edg/148.0.0.0",
      "Microsoft Edge",
      "Windows",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
      "Safari",
      "macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/148.0 Mobile/15E148 Safari/604.1",
      "Chrome",
      "iOS",
    ],
    [
      "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Mobile Safari/537.36",
      "Chrome",
      "Android",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox", "Linux"],
    ["curl/8.9.1", null, null],
  ])("%s", (userAgent, browser, system) => {
    expect(deviceOf(userAgent)).toEqual({ browser, system });
  });
});
