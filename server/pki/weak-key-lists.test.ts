import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { content, failures } from "../../test/pki/lint-content.ts";
import { buildTbsCertificate } from "./certificate.ts";
import { requireStrongKey, weaknessOf } from "./key-strength.ts";
import { publicKeyOf, spkiOf } from "./keys.ts";
import { readWeakKeyList, useWeakKeyLists } from "./weak-key-lists.ts";

const fresh = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const [weak, other] = [fresh(), fresh()];
const ec = publicKeyOf(spkiOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey));

/** The line of Debian's list for a key, made by the tools that its package was made with. */
function blacklistLine(pem: string): string {
  const modulus = execFileSync("openssl", ["rsa", "-pubin", "-noout", "-modulus"], { input: pem });
  const digest =
    execFileSync("openssl", ["dgst", "-sha1", "-r"], { input: modulus }).toString().split(" ")[0] ?? "";
  return digest.slice(-20);
}
const pemOf = (pair: ReturnType<typeof fresh>) =>
  pair.publicKey.export({ type: "spki", format: "pem" }).toString();
const infoOf = (pair: ReturnType<typeof fresh>) => publicKeyOf(spkiOf(pair.publicKey));

afterEach(() => void useWeakKeyLists([]));

describe("lists of weak keys", () => {
  it("in the format of openssl-blacklist name the key that openssl prints, and no other", () => {
    const list = `# RSA-2048, made at run time\n${"0".repeat(20)}\n${blacklistLine(pemOf(weak))}\n${"f".repeat(20)}\n`;
    expect(useWeakKeyLists([readWeakKeyList(list)])).toBe(3);
    expect(weaknessOf(infoOf(weak))).toBe("listed");
    expect(weaknessOf(infoOf(other))).toBeNull();
    expect(weaknessOf(ec)).toBeNull();
    expect(() => requireStrongKey(infoOf(weak))).toThrowError(expect.objectContaining({ code: "key-weak" }));
    useWeakKeyLists([]);
    expect(weaknessOf(infoOf(weak))).toBeNull();
  });

  it("by SHA-256 of the SubjectPublicKeyInfo name keys of every type", () => {
    useWeakKeyLists([readWeakKeyList(`${ec.spkiSha256.toUpperCase()} # leaked\r\n`)]);
    expect(weaknessOf(ec)).toBe("listed");
    expect(weaknessOf(infoOf(weak))).toBeNull();
  });

  it("are asked again right before the signature", () => {
    const tbs = buildTbsCertificate(content({ publicKey: infoOf(weak) }));
    expect(failures(tbs)).toEqual([]);
    useWeakKeyLists([readWeakKeyList(blacklistLine(pemOf(weak)))]);
    expect(failures(tbs)).toEqual(["listed-weak-key"]);
  });

  it.each(["abc", "g".repeat(20), `${"0".repeat(19)}`, "0".repeat(40), "<html>"])(
    "with the line %s are none",
    (line) => {
      expect(() => readWeakKeyList(`${"0".repeat(20)}\n${line}\n`)).toThrow(new RangeError("line 2"));
    },
  );

  it("find each of 200,000 keys and nothing between them, quickly", () => {
    const lines = Array.from({ length: 200_000 }, (_, i) =>
      (BigInt(i) * 0x1000_0000_0000n).toString(16).padStart(20, "0"),
    );
    expect(useWeakKeyLists([readWeakKeyList([...lines, blacklistLine(pemOf(weak))].join("\n"))])).toBe(
      200_001,
    );
    expect(weaknessOf(infoOf(weak))).toBe("listed");
    expect(weaknessOf(infoOf(other))).toBeNull();
  });
});
