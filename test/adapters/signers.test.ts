import { createPublicKey, randomBytes, verify } from "node:crypto";
import { readdirSync, renameSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { keyFolder } from "../../server/adapters/key-folder.ts";
import { KEY_KINDS, type KeyKind, type KeyStore } from "../../server/adapters/key-store.ts";
import { ecdsaSigValue } from "../../server/adapters/pkcs11-session.ts";
import type { Signer } from "../../server/adapters/signer.ts";
import { openToken, type Token, type TokenOptions } from "../../server/adapters/signer-pkcs11.ts";
import { fileKeys } from "../../server/authority/index.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { markTransaction } from "../../server/kernel/transaction-marker.ts";
import { openssl, workbench } from "../pki/openssl.ts";
import { temporaryFolder } from "../support/databases.ts";
import { type SoftHsm, softHsm, softHsmAbsent, tokenTest } from "../support/softhsm.ts";

const PIN = "a PIN of the tests 73";
const PASSPHRASE = "a passphrase of the tests, long enough";
const bytes = randomBytes(700);

let hsm: SoftHsm;
let labels = 0;
beforeAll(() => {
  if (softHsmAbsent === null) hsm = softHsm();
});
afterAll(() => hsm?.remove());

/** A new token, open until the test is over. */
async function newToken(changes: Partial<TokenOptions> = {}): Promise<Token> {
  labels += 1;
  const token = `Inkan ${labels}`;
  hsm.add(token, PIN);
  return await opened({ module: hsm.module, token, pin: PIN, sessions: 2, ...changes });
}

async function opened(options: TokenOptions): Promise<Token> {
  const token = await openToken(options);
  onTestFinished(() => token.close());
  return token;
}

const code = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => "nothing",
    (one: unknown) => one,
  );
  return isProblem(error) ? error.code : String(error);
};

function isValid(signer: Signer, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(signer.publicKeySpki), format: "der", type: "spki" });
  const hash = signer.algorithm === "ecdsaWithSHA384" ? "sha384" : "sha256";
  return verify(hash, bytes, key, signature);
}

const ALGORITHMS: Record<KeyKind, string> = {
  "RSA-2048": "sha256WithRSA",
  "RSA-3072": "sha256WithRSA",
  "RSA-4096": "sha256WithRSA",
  "P-256": "ecdsaWithSHA256",
  "P-384": "ecdsaWithSHA384",
};

/** What every key store owes whoever signs with it. */
const STORES = {
  "encrypted files": { declare: test, open: async () => fileKeys(keyFolder(temporaryFolder()), PASSPHRASE) },
  "a token": { declare: tokenTest, open: newToken },
} satisfies Record<string, { declare: typeof tokenTest | typeof test; open: () => Promise<KeyStore> }>;

describe.each(Object.entries(STORES))("keys in %s", (_name, { declare, open }) => {
  const contract = (name: string, run: () => Promise<void>) => declare(name, run);

  // RSA-4096 goes the way of RSA-3072; making one takes SoftHSM up to a minute.
  for (const kind of KEY_KINDS.filter((each) => each !== "RSA-4096")) {
    contract(`sign with ${kind}, the algorithm of the key`, async () => {
      const store = await open();
      const made = await store.create("issuer", kind);
      const signer = await store.open("issuer");
      expect(signer.publicKeySpki).toEqual(made.publicKeySpki);
      expect(signer.algorithm).toBe(ALGORITHMS[kind]);
      for (const each of [made, signer]) expect(isValid(each, await each.sign(bytes))).toBe(true);
    });
  }

  contract("many at once all come out right", async () => {
    const store = await open();
    const signer = await store.create("issuer", "P-256");
    const signatures = await Promise.all(Array.from({ length: 200 }, () => signer.sign(bytes)));
    expect(signatures.every((each) => isValid(signer, each))).toBe(true);
  });

  contract("refuse to sign or to be made inside a transaction, and not after it", async () => {
    const store = await open();
    const signer = await store.create("issuer", "P-256");
    await expect(markTransaction(() => signer.sign(bytes))).rejects.toThrow("inside a transaction");
    expect(isValid(signer, await signer.sign(bytes))).toBe(true);
  });

  contract("are found by name, made once, and removed", async () => {
    const store = await open();
    expect(await store.names()).toEqual([]);
    const first = await store.create("one", "P-256");
    await store.create("two", "P-384");
    expect((await store.names()).toSorted()).toEqual(["one", "two"]);
    await expect(store.create("one", "P-256")).rejects.toThrow();
    expect((await store.open("one")).publicKeySpki).toEqual(first.publicKeySpki);
    await store.remove("one");
    await store.remove("one");
    expect(await store.names()).toEqual(["two"]);
    await expect(store.open("one")).rejects.toThrow();
  });
});

describe("a token", () => {
  tokenTest("signs what openssl verifies, RSA and EC", async () => {
    const store = await newToken();
    const bench = workbench();
    for (const kind of ["RSA-2048", "P-384"] as const) {
      const signer = await store.create(kind, kind);
      const key = bench.file(`${kind}.der`, signer.publicKeySpki);
      const signature = bench.file(`${kind}.sig`, await signer.sign(bytes));
      const hash = kind === "P-384" ? "-sha384" : "-sha256";
      const text = bench.file("text", bytes);
      const { stdout, stderr } = openssl([
        "dgst",
        hash,
        ...["-verify", key, "-keyform", "DER", "-signature", signature, text],
      ]);
      expect(`${stdout}${stderr}`).toContain("Verified OK");
    }
  });

  tokenTest("keeps the event loop free while it signs", async () => {
    const store = await newToken();
    const signer = await store.create("issuer", "RSA-3072");
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await Promise.all(Array.from({ length: 100 }, () => signer.sign(bytes)));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(50);
  });

  tokenTest("is refused by name: no such module, no such token, a wrong PIN, no such key", async () => {
    const store = await newToken();
    const options = { module: hsm.module, token: `Inkan ${labels}`, pin: PIN, sessions: 1 };
    expect(await code(openToken({ ...options, module: "/nowhere/libpkcs11.so" }))).toBe(
      "pkcs11-module-missing",
    );
    expect(await code(openToken({ ...options, token: "another" }))).toBe("pkcs11-token-missing");
    expect(await code(store.open("issuer"))).toBe("pkcs11-key-missing");
    await store.close();
    expect(await code(openToken({ ...options, pin: "wrong" }))).toBe("pkcs11-pin-wrong");
    await opened(options);
  });

  tokenTest("with a key that can be taken out of it is not used", async () => {
    const store = await newToken();
    const token = `Inkan ${labels}`;
    const { KeyGenMechanism, Module } = await import("graphene-pk11");
    const slots = Module.load(hsm.module).getSlots(true);
    const [slot] = Array.from({ length: slots.length }, (_, at) => slots.items(at)).filter(
      (each) => each.getToken().label.trimEnd() === token,
    );
    const session = slot?.open(6); // CKF_RW_SESSION | CKF_SERIAL_SESSION; the login of the store counts here too
    const half = { token: true, label: "issuer", id: Buffer.from("1") };
    const curve = Buffer.from("06082a8648ce3d030107", "hex");
    session?.generateKeyPair(
      KeyGenMechanism.EC,
      { ...half, paramsECDSA: curve, verify: true },
      { ...half, private: true, sensitive: true, extractable: true, sign: true },
    );
    session?.close();
    expect(await code(store.open("issuer"))).toBe("pkcs11-key-unprotected");
  });

  tokenTest("that is lost fails what is under way; back again, the next signature logs in anew", async () => {
    const store = await newToken();
    const signer = await store.create("issuer", "P-256");
    const away = `${hsm.tokens}-away`;
    renameSync(hsm.tokens, away);
    try {
      const lost = await Promise.allSettled(Array.from({ length: 8 }, () => signer.sign(bytes)));
      expect(new Set(lost.map(({ status }) => status))).toEqual(new Set(["rejected"]));
      // Never a Problem: issuance would take that for a refusal, for good.
      for (const each of lost) {
        expect(each.status === "rejected" && each.reason).toMatchObject({ name: "TokenFailure" });
      }
    } finally {
      renameSync(away, hsm.tokens);
    }
    // Within five seconds the library looks for tokens again.
    const again = () => signer.sign(bytes).then((signature) => isValid(signer, signature), String);
    await expect.poll(again, { interval: 500 }).toBe(true);
    const signatures = await Promise.all(Array.from({ length: 8 }, () => signer.sign(bytes)));
    expect(signatures.every((each) => isValid(signer, each))).toBe(true);
  });

  tokenTest("whose sessions another part of the process ended is logged in to again, unnoticed", async () => {
    const store = await newToken();
    const signer = await store.create("issuer", "P-256");
    const { Module } = await import("graphene-pk11");
    const module = Module.load(hsm.module);
    const endSessions = () => {
      const slots = module.getSlots(true);
      for (let at = 0; at < slots.length; at += 1) slots.items(at).closeAll();
    };
    for (let round = 0; round < 3; round += 1) {
      endSessions();
      const signatures = await Promise.all(Array.from({ length: 6 }, () => signer.sign(bytes)));
      expect(signatures.every((each) => isValid(signer, each))).toBe(true);
    }
  });

  tokenTest("gives nothing of a private key away, in files, names or messages", async () => {
    const store = await newToken();
    const signer = await store.create("issuer", "P-256");
    expect(Object.keys(signer).toSorted()).toEqual(["algorithm", "publicKeySpki", "sign"]);
    const refused: unknown = await openToken({
      module: hsm.module,
      token: "another",
      pin: PIN,
      sessions: 1,
    }).catch((error: unknown) => error);
    expect(JSON.stringify(refused) + String((refused as Error).stack)).not.toContain(PIN);
    for (const each of readdirSync(hsm.tokens)) expect(each).not.toContain(PIN);
  });
});

describe("ECDSA-Sig-Value out of r and s", () => {
  test.each([
    ["small numbers lose their zeros", "0000000000000001" + "0000000000000002", "3006020101020102"],
    ["a leading one gets a zero before it", "80000000" + "7fffffff", "300d0205008000000002047fffffff"],
    ["zero is one byte", "0000" + "0001", "3006020100020101"],
  ])("%s", (_case, raw, der) => {
    expect(Buffer.from(ecdsaSigValue(Buffer.from(raw, "hex"))).toString("hex")).toBe(der);
  });
});
