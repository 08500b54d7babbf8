import { describe, expect, it } from "vitest";
import { acceptedStep, newTotpSecret, qrCode, totpSecretText, totpUri } from "./totp.ts";

/** RFC 6238 appendix B, SHA-1, the last six digits of each value. */
const SECRET = new TextEncoder().encode("12345678901234567890");
const at = (seconds: number) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000);

describe("a code", () => {
  it.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ])("at %i s is %s", (seconds, code) => {
    expect(acceptedStep(SECRET, code, at(seconds), -1)).toBe(Math.floor(seconds / 30));
  });

  it.each([
    ["one step late", 89, 1],
    ["two steps late", 90, null],
    ["one step early", 29, 1],
    ["in its step", 30, 1],
    ["two steps early", -1, null],
  ])("%s", (_when, seconds, step) => {
    expect(acceptedStep(SECRET, "287082", at(seconds), -1)).toBe(step);
  });

  it("is accepted once, and none before it afterwards", () => {
    expect(acceptedStep(SECRET, "287082", at(59), 0)).toBe(1);
    expect(acceptedStep(SECRET, "287082", at(59), 1)).toBeNull();
    expect(acceptedStep(SECRET, "287082", at(59), 2)).toBeNull();
  });

  it.each(["287 082", "２８７０８２", "287-082"])("is read as people type it: %s", (code) => {
    expect(acceptedStep(SECRET, code, at(59), -1)).toBe(1);
  });

  it.each(["", "28708", "2870820", "abcdef", "28708a", "000000"])("is not %s", (code) => {
    expect(acceptedStep(SECRET, code, at(59), -1)).toBeNull();
  });
});

describe("an enrolment", () => {
  it("has a secret of 160 bits of its own", () => {
    expect(newTotpSecret()).toHaveLength(20);
    expect(newTotpSecret()).not.toEqual(newTotpSecret());
    expect(totpSecretText(SECRET)).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  });

  it("is an address with issuer and account, and a QR code of it", () => {
    const uri = totpUri(SECRET, { issuer: "Inkan オペレーター", account: "山田 太郎" });
    const url = new URL(uri);
    expect(url.protocol).toBe("otpauth:");
    expect(url.searchParams.get("secret")).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    expect(url.searchParams.get("issuer")).toBe("Inkan オペレーター");
    expect(decodeURIComponent(url.pathname)).toContain("山田 太郎");
    const qr = qrCode(uri);
    expect(qr.size).toBeGreaterThan(40);
    expect(qr.path).toMatch(/^(M\d+ \d+h1v1h-1z)+$/);
  });
});
