import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { markTransaction } from "../kernel/transaction-marker.ts";
import { createKeyFile, keySigner, openKeyFile } from "./signer-file.ts";

const PASSPHRASE = "correct horse battery staple 3f9a";
const bytes = new TextEncoder().encode("to be signed");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "inkan-keys-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const keys: Record<string, KeyObject> = {
  rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  p256: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  p384: generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey,
};
const key = (name: string): KeyObject => keys[name] as KeyObject;

describe("a key file", () => {
  test.each([
    { name: "rsa", algorithm: "sha256WithRSA", hash: "sha256" },
    { name: "p256", algorithm: "ecdsaWithSHA256", hash: "sha256" },
    { name: "p384", algorithm: "ecdsaWithSHA384", hash: "sha384" },
  ])("holds a $name key and signs with it", async ({ name, algorithm, hash }) => {
    const file = path.join(folder, `${name}.pem`);
    await createKeyFile(file, key(name), PASSPHRASE);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    const signer = await openKeyFile(file, PASSPHRASE);
    expect(signer.algorithm).toBe(algorithm);
    const signature = await signer.sign(bytes);
    const spki = createPublicKey({ key: Buffer.from(signer.publicKeySpki), format: "der", type: "spki" });
    expect(verify(hash, bytes, { key: spki, dsaEncoding: "der" }, signature)).toBe(true);
    expect(spki.equals(createPublicKey(key(name)))).toBe(true);
    if (name !== "rsa") expect(signature[0]).toBe(0x30); // ECDSA-Sig-Value is a SEQUENCE
  });

  test("uses AES-256-CBC under PBES2", async () => {
    const file = path.join(folder, "cipher.pem");
    await createKeyFile(file, key("p256"), PASSPHRASE);
    const der = Buffer.from((await readFile(file, "utf8")).replace(/-----[^-]+-----|\s/g, ""), "base64");
    expect(der.toString("hex")).toContain("06092a864886f70d01050d"); // id-PBES2
    expect(der.toString("hex")).toContain("060960864801650304012a"); // aes256-CBC-PAD
  });

  test.each([0o644, 0o640, 0o660, 0o400, 0o700])("with mode %o is refused", async (mode) => {
    const file = path.join(folder, `mode-${mode}.pem`);
    await createKeyFile(file, key("p256"), PASSPHRASE);
    await chmod(file, mode);
    await expect(openKeyFile(file, PASSPHRASE)).rejects.toMatchObject({ code: "key-file-unsafe" });
  });

  test("with another passphrase is refused by name", async () => {
    const file = path.join(folder, "wrong.pem");
    await createKeyFile(file, key("rsa"), PASSPHRASE);
    for (const wrong of ["", "x", `${PASSPHRASE} `]) {
      await expect(openKeyFile(file, wrong)).rejects.toMatchObject({
        code: "passphrase-wrong",
        params: { file },
      });
    }
  });

  test("that is not encrypted is refused", async () => {
    const file = path.join(folder, "plain.pem");
    await writeFile(file, key("p256").export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    await expect(openKeyFile(file, PASSPHRASE)).rejects.toMatchObject({ code: "key-file-unsafe" });
  });

  test("is never written over another, and leaves nothing half-written", async () => {
    const file = path.join(folder, "once.pem");
    await createKeyFile(file, key("p256"), PASSPHRASE);
    const first = await readFile(file, "utf8");
    await expect(createKeyFile(file, key("p384"), PASSPHRASE)).rejects.toMatchObject({ code: "EEXIST" });
    expect(await readFile(file, "utf8")).toBe(first);
    expect((await readdir(folder)).filter((name) => name.endsWith(".new"))).toEqual([]);
  });
});

describe("signing", () => {
  test("refuses inside a transaction, and works again after it", async () => {
    const signer = keySigner(key("p256"));
    await expect(markTransaction(() => signer.sign(bytes))).rejects.toThrow(
      "cannot sign inside a transaction",
    );
    await expect(signer.sign(bytes)).resolves.toBeInstanceOf(Uint8Array);
  });

  test("many at once all come out right", async () => {
    const signer = keySigner(key("p256"));
    const signatures = await Promise.all(Array.from({ length: 200 }, () => signer.sign(bytes)));
    const publicKey = createPublicKey(key("p256"));
    expect(signatures.every((each) => verify("sha256", bytes, publicKey, each))).toBe(true);
  });

  test("other curves and algorithms have no signer", () => {
    const p521 = generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey;
    const ed25519 = generateKeyPairSync("ed25519").privateKey;
    expect(() => keySigner(p521)).toThrow("key-type-unsupported");
    expect(() => keySigner(ed25519)).toThrow("key-type-unsupported");
  });
});
