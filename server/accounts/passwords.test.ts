import { describe, expect, it, test } from "vitest";
import { isCommonPassword } from "./common-passwords.ts";
import { hashPassword, newTemporaryPassword, passwordMatches, refuseWeakPassword } from "./passwords.ts";

const problemOf = (password: string, loginId = "s.hanako"): string | null => {
  try {
    refuseWeakPassword(password, loginId);
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("a new password", () => {
  it.each([
    ["eleven char", "password-length"],
    ["とても長い合言葉です", "password-length"],
    ["x".repeat(129), "password-length"],
    ["my S.Hanako secret", "password-contains-login-id"],
    ["ｓ．ｈａｎａｋｏ　の合言葉です", "password-contains-login-id"],
    ["1qaz2wsx3edc", "password-common"],
    ["password1234", "password-common"],
    ["P@ssw0rd2026!", "password-common"],
    ["!!Sakura2026!!", "password-common"],
    ["Administrator1", "password-common"],
    ["ａｄｍｉｎｉｓｔｒａｔｏｒ", "password-common"],
    ["passwordpassword", "password-common"],
    ["abcabcabcabc", "password-common"],
    ["aaaaaaaaaaaaa", "password-common"],
    ["121212121212", "password-common"],
    ["1234567890qwerty", "password-common"],
    ["qwertyuiopasdf", "password-common"],
    ["0987654321098", "password-common"],
  ])("%s is refused: %s", (password, problem) => {
    expect(problemOf(password)).toBe(problem);
  });

  it.each([
    "correct horse battery staple",
    "夕焼けの向こうに三羽のカラス",
    "kumo-no-ue-no-neko-7",
    "t7G!x2Lq9vPz",
    "twelve chars",
    `${"passphrase of a hundred and more characters, ".repeat(2)}which is quite enough`,
  ])("%s is taken", (password) => {
    expect(problemOf(password)).toBeNull();
  });

  it("counts characters as people do, not UTF-16 units", () => {
    expect(problemOf("🦊🐢🐙🦉🐝🦋🐌🦀🐳🦜🦔")).toBe("password-length");
    expect(problemOf("🦊🐢🐙🦉🐝🦋🐌🦀🐳🦜🦔🐿")).toBeNull();
  });
});

test("every long entry of the list is common, whatever its case", () => {
  for (const known of ["justinbieber", "NeedForSpeed", "counterstrike"])
    expect(isCommonPassword(known)).toBe(true);
});

test("a temporary password would pass as a password and is never the same", () => {
  const some = Array.from({ length: 200 }, newTemporaryPassword);
  expect(new Set(some).size).toBe(200);
  for (const one of some) {
    expect(one).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(problemOf(one)).toBeNull();
  }
});

describe("argon2id", () => {
  it("uses 46 MiB and one pass", async () => {
    expect(await hashPassword("correct horse battery staple")).toMatch(
      /^\$argon2id\$v=19\$m=47104,t=1,p=1\$/,
    );
  });

  it("matches the same words in another Unicode spelling, and nothing else", async () => {
    const hash = await hashPassword("ガラスの靴を片方だけ");
    expect(await passwordMatches(hash, "ｶﾞﾗｽの靴を片方だけ")).toBe(true);
    expect(await passwordMatches(hash, "ガラスの靴を両方とも")).toBe(false);
  });

  it("says no for nobody, and takes its time for it", async () => {
    const hash = await hashPassword("correct horse battery staple");
    await passwordMatches(null, "warm up");
    const known = await fastest(() => passwordMatches(hash, "wrong guess here"));
    const unknown = await fastest(() => passwordMatches(null, "wrong guess here"));
    expect(await passwordMatches(null, "anything at all")).toBe(false);
    expect(unknown).toBeGreaterThan(known / 3);
  });
});

async function fastest(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const from = performance.now();
    await work();
    times.push(performance.now() - from);
  }
  return Math.min(...times);
}
