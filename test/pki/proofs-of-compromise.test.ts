import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isProblem } from "../../server/kernel/problem.ts";
import { spkiOf, toPem } from "../../server/pki/index.ts";
import { identifyCertificate } from "../../server/revocation/reports/identify-certificate.ts";
import { holdsPrivateKey, readProof } from "../../server/revocation/reports/proof.ts";
import { KEYS_LIMIT, readKeys } from "../../server/revocation/reports/register-keys.ts";
import { makeRoot } from "../support/certificates.ts";
import { csrDer, csrPem } from "../support/csr.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const hashOf = (key: KeyObject) => createHash("sha256").update(spkiOf(key)).digest("hex");
const bytesOf = (text: string) => new TextEncoder().encode(text);
type KeyFormat = "pkcs8" | "pkcs1" | "sec1";
/** Which format a key has is the test's to know. */
const written = (key: KeyObject, options: { type: KeyFormat; format: "pem" | "der" }) =>
  (key.export as (this: KeyObject, options: unknown) => string | Buffer).call(key, options);
const pem = (key: KeyObject, type: KeyFormat) => written(key, { type, format: "pem" }).toString();
const der = (key: KeyObject, type: KeyFormat) =>
  new Uint8Array(Buffer.from(written(key, { type, format: "der" })));

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
  return "none";
}

const PHRASE = [{ type: "CN", value: "Proof of Key Compromise for Inkan P-1" }] as const;

describe("a private key proves its own compromise", () => {
  test.each([
    ["PKCS#8, RSA", () => bytesOf(pem(rsa.privateKey, "pkcs8")), rsa, "RSA 2048"],
    ["PKCS#1", () => bytesOf(pem(rsa.privateKey, "pkcs1")), rsa, "RSA 2048"],
    ["PKCS#8, EC", () => bytesOf(pem(ec.privateKey, "pkcs8")), ec, "ECDSA P-256"],
    ["SEC 1", () => bytesOf(pem(ec.privateKey, "sec1")), ec, "ECDSA P-256"],
    ["DER PKCS#8", () => der(rsa.privateKey, "pkcs8"), rsa, "RSA 2048"],
    ["DER PKCS#1", () => der(rsa.privateKey, "pkcs1"), rsa, "RSA 2048"],
    ["DER SEC 1", () => der(ec.privateKey, "sec1"), ec, "ECDSA P-256"],
    [
      "between a certificate and other words, with CRLF",
      () =>
        bytesOf(
          `Bag Attributes\r\n${toPem("CERTIFICATE", csrDer())}${pem(ec.privateKey, "pkcs8")}`.replaceAll(
            /\r?\n/g,
            "\r\n",
          ),
        ),
      ec,
      "ECDSA P-256",
    ],
  ] as const)("%s", async (_what, make, pair, key) => {
    const bytes = make();
    const proof = await readProof(bytes);
    expect(proof).toEqual({
      result: "PROVEN",
      kind: "PRIVATE_KEY",
      spkiSha256: hashOf(pair.publicKey),
      key,
    });
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  test("and is overwritten where it proves nothing", async () => {
    const encrypted = bytesOf(
      rsa.privateKey
        .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "a secret of this test" })
        .toString(),
    );
    expect(await codeOf(() => readProof(encrypted))).toBe("proof-encrypted");
    expect(encrypted.every((byte) => byte === 0)).toBe(true);
    const broken = bytesOf(pem(ec.privateKey, "pkcs8").replace(/\n[A-Za-z0-9+/]{10}/, "\nAAAAAAAAAA"));
    expect(await codeOf(() => readProof(broken))).toBe("proof-unreadable");
    expect(broken.every((byte) => byte === 0)).toBe(true);
  });

  test("but not somebody else's public key beside an invented private one", async () => {
    // SEC 1 holds the scalar and, beside it, the public point: whoever knows a certificate can write that point there.
    const victim = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const mine = der(ec.privateKey, "sec1");
    const forged = new Uint8Array(mine);
    forged.set(der(victim.privateKey, "sec1").subarray(-65), forged.length - 65);
    expect(["proof-inconsistent", "proof-unreadable"]).toContain(await codeOf(() => readProof(forged)));
    // RSA: the victim's modulus, another's exponent.
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = {
      ...other.privateKey.export({ format: "jwk" }),
      n: rsa.publicKey.export({ format: "jwk" }).n,
    };
    let key: KeyObject | null = null;
    try {
      key = createPrivateKey({ key: jwk as never, format: "jwk" });
    } catch {
      // OpenSSL may refuse to load it at all.
    }
    if (key !== null) {
      const file = bytesOf(pem(key, "pkcs1"));
      expect(["proof-inconsistent", "proof-unreadable"]).toContain(await codeOf(() => readProof(file)));
    }
  });

  test.each([
    [
      "an Ed25519 key",
      () => bytesOf(pem(generateKeyPairSync("ed25519").privateKey, "pkcs8")),
      "key-type-unsupported",
    ],
    ["a certificate", () => bytesOf(toPem("CERTIFICATE", csrDer())), "csr-other-type"],
    ["words", () => bytesOf("please revoke this"), "proof-unreadable"],
    [
      "an OpenSSH key",
      () => bytesOf("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"),
      "proof-unreadable",
    ],
    ["half a key", () => bytesOf(pem(ec.privateKey, "pkcs8").slice(0, 60)), "proof-unreadable"],
    ["40 KiB of zeros", () => new Uint8Array(40 * 1024), "too-large"],
    ["nothing but zeros", () => new Uint8Array(100), "proof-unreadable"],
  ] as const)("%s is refused with a reason", async (_what, make, code) => {
    expect(await codeOf(() => readProof(make()))).toBe(code);
  });
});

describe("a CSR", () => {
  test("whose subject says so proves the compromise of its key", async () => {
    const proof = await readProof(bytesOf(csrPem({ keys: ec, subject: PHRASE })));
    expect(proof).toMatchObject({ result: "PROVEN", kind: "CSR", spkiSha256: hashOf(ec.publicKey) });
    const spaced = [{ type: "O", value: "  proof  of KEY compromise" }] as const;
    expect(await readProof(csrDer({ keys: rsa, subject: spaced }))).toMatchObject({ result: "PROVEN" });
  });

  test("that somebody was sent proves nothing: it names the key", async () => {
    expect(await readProof(bytesOf(csrPem({ keys: ec })))).toMatchObject({
      result: "NAMED",
      spkiSha256: hashOf(ec.publicKey),
    });
  });

  test("with another's signature is refused", async () => {
    const forged = bytesOf(csrPem({ keys: ec, subject: PHRASE, brokenSignature: true }));
    expect(await codeOf(() => readProof(forged))).toBe("csr-signature-broken");
  });
});

describe("a text with a private key in it is noticed", () => {
  const body = der(ec.privateKey, "pkcs8").toBase64();
  test.each([
    ["armoured", pem(ec.privateKey, "pkcs8")],
    ["half of it", pem(rsa.privateKey, "pkcs1").slice(0, 200)],
    ["quoted in a sentence", `I found this: ${pem(rsa.privateKey, "pkcs1")} on a server.`],
    ["bare base64", body],
    ["bare base64 in a sentence", `The key is ${body} I think.`],
    ["bare base64 in lines", `The key is\n${body.replace(/.{64}/g, "$&\n")}\nI think.`],
    ["a JSON Web Key", JSON.stringify(ec.privateKey.export({ format: "jwk" }))],
  ])("%s", (_what, text) => {
    expect(holdsPrivateKey(text)).toBe(true);
  });

  test.each([
    ["words", "鍵が漏えいしているようです。https://example.org/a/b?c=d"],
    ["a certificate", toPem("CERTIFICATE", csrDer())],
    ["a CSR", csrPem()],
    ["a hash", "ab".repeat(32)],
    ["a public JSON Web Key", JSON.stringify(ec.publicKey.export({ format: "jwk" }))],
  ])("%s holds none", (_what, text) => {
    expect(holdsPrivateKey(text)).toBe(false);
  });
});

describe("a certificate is named", () => {
  test.each([
    ["40:3F:2a:91", "403f2a91"],
    ["0x403F2A91", "403f2a91"],
    ["００ ４０ ３Ｆ", "403f"],
    ["f2a", "0f2a"],
    ["", null],
  ])("by the serial %s", (typed, serial) => {
    expect(identifyCertificate.serial(typed)).toBe(serial);
  });

  test.each([
    ["www.example.co.jp", "www.example.co.jp"],
    ["https://WWW.example.co.jp:8443/login?x=1", "www.example.co.jp"],
    ["日本語.jp", "xn--wgv71a119e.jp"],
    ["*.example.jp", "*.example.jp"],
    ["", null],
  ])("by the name %s", (typed, name) => {
    expect(identifyCertificate.domain(typed)).toBe(name);
  });

  test.each([
    ["serial", "not a number", "serial-invalid"],
    ["serial", "1".repeat(43), "serial-invalid"],
    ["fingerprint", "ab".repeat(20), "fingerprint-invalid"],
    ["domain", "localhost", "name-invalid"],
    ["certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "certificate-unreadable"],
    ["certificate", pem(ec.privateKey, "pkcs8"), "private-key-pasted"],
  ] as const)("a %s that is none is refused", async (field, typed, code) => {
    expect(await codeOf(() => identifyCertificate[field](typed))).toBe(code);
  });
});

describe("keys out of a list", () => {
  const hash = "0123456789abcdef".repeat(4);
  test("hashes, certificates, CSRs and public keys", async () => {
    const root = await makeRoot({ profile: "STAFF_ROOT", commonName: "Root" });
    const spki = toPem("PUBLIC KEY", spkiOf(ec.publicKey));
    const text = `# leaked keys\n${hash.toUpperCase()}\n${hash}, known since 2020\n${root.pem}${spki}${csrPem({ keys: rsa })}`;
    expect(readKeys(text)).toEqual({
      spkiSha256s: [root.spkiSha256, hashOf(ec.publicKey), hashOf(rsa.publicKey), hash],
      unreadable: null,
    });
  });

  test("a line that is none is named", () => {
    expect(readKeys(`${hash}\nhello world`)).toEqual({ spkiSha256s: [], unreadable: "hello world" });
    expect(readKeys(toPem("CERTIFICATE", new Uint8Array([1, 2])))).toMatchObject({
      unreadable: "-----BEGIN CERTIFICATE-----",
    });
  });

  test("a private key is refused unread", async () => {
    expect(await codeOf(() => readKeys(pem(ec.privateKey, "pkcs8")))).toBe("private-key-pasted");
  });

  test("and texts made to be slow take no time", () => {
    // Its own time: the machine may have other things to do meanwhile.
    const started = process.cpuUsage();
    for (const piece of ['"kty"', '"d" ', "-----BEGIN X-----", "MII", `${"A".repeat(41)}\n`, "PRIVATE "]) {
      const text = piece.repeat(Math.floor((128 * 1024) / piece.length));
      holdsPrivateKey(text);
      readKeys(text);
    }
    const { user, system } = process.cpuUsage(started);
    expect(user + system).toBeLessThan(2_000_000);
  });

  test("as many as a form carries fit into a form", () => {
    expect(encodeURIComponent(`${hash}\r\n`.repeat(KEYS_LIMIT)).length).toBeLessThan(128 * 1024);
  });
});
