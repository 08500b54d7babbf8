import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { type FileHandle, link, open, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { Problem } from "../kernel/problem.ts";
import { refuseInsideTransaction } from "../kernel/transaction-marker.ts";
import { syncFolder, writeDurably } from "./durable-file.ts";
import { semaphore } from "./semaphore.ts";
import { algorithmOf, HASH, type SignatureAlgorithm, type Signer } from "./signer.ts";
import { signInThread } from "./signing-threads.ts";

/**
 * Issuing keys as encrypted PKCS#8 files (RFC 5958, PBES2 with AES-256-CBC), mode 0600. OpenSSL derives the file's key
 * with 2,048 rounds of PBKDF2, which is enough only for a passphrase with 128 random bits, as the first start makes.
 */

// A signature takes one core for its whole length: more of them in flight than cores only makes each one later.
const inFlight = semaphore(availableParallelism());

/** Signatures waited for, of all keys. From so many on it is bulk work, said or not, which goes to threads of its own in batches. */
let pending = 0;
const BULK = 16;

/**
 * A signer for a key held in memory: what a key file opens to. Raises `key-type-unsupported` for anything but RSA,
 * P-256 and P-384. `sign` throws inside a transaction: a rolled-back transaction must not leave a signature behind.
 */
export function keySigner(key: KeyObject, algorithm: SignatureAlgorithm = algorithmOf(key)): Signer {
  const hash = HASH[algorithm];
  const options = { key, dsaEncoding: "der" } as const;
  const inBulk = { hash, key };
  return {
    publicKeySpki: new Uint8Array(createPublicKey(key).export({ type: "spki", format: "der" })),
    algorithm,
    async sign(bytes, { bulk } = { bulk: false }) {
      refuseInsideTransaction("sign");
      pending += 1;
      try {
        if (bulk || pending > BULK) return await signInThread(inBulk, bytes);
        return await inFlight(
          () =>
            new Promise<Uint8Array>((resolve, reject) => {
              // With a callback OpenSSL works on a thread of the pool and the event loop stays free.
              sign(hash, bytes, options, (error, signature) =>
                error ? reject(error) : resolve(new Uint8Array(signature)),
              );
            }),
        );
      } finally {
        pending -= 1;
      }
    },
  };
}

/**
 * Opens an encrypted PKCS#8 key file. Raises `key-file-unsafe` when anyone but the owner could read it or when it is
 * not encrypted, and `passphrase-wrong`.
 */
export async function openKeyFile(
  file: string,
  passphrase: string,
  algorithm?: SignatureAlgorithm,
): Promise<Signer> {
  return keySigner(await readKeyFile(file, passphrase), algorithm);
}

/** The private key in a file, for those who must hold it (TLS listeners). Raises as `openKeyFile`. */
export async function readKeyFile(file: string, passphrase: string): Promise<KeyObject> {
  const handle = await open(file, "r");
  let pem: string;
  try {
    await refuseUnsafeMode(handle, file);
    pem = await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
  if (!pem.includes("-----BEGIN ENCRYPTED PRIVATE KEY-----")) {
    throw new Problem("key-file-unsafe", { file, mode: "not encrypted" });
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: "pem", passphrase });
  } catch {
    throw new Problem("passphrase-wrong", { file });
  }
  return key;
}

/** Raises `key-file-unsafe` for a key file that others could read, without reading it. */
export async function refuseUnsafeKeyFile(file: string): Promise<void> {
  // Not `await using`: dependency-cruiser cannot read it yet, and without it the walls stand unguarded.
  const handle = await open(file, "r");
  try {
    await refuseUnsafeMode(handle, file);
  } finally {
    await handle.close();
  }
}

/** The mode is asked of the open file, so that it cannot be exchanged between the question and the reading. */
async function refuseUnsafeMode(handle: FileHandle, file: string): Promise<void> {
  if (process.platform === "win32") return; // modes there say nothing; access lists do
  const mode = (await handle.stat()).mode & 0o777;
  if (mode !== 0o600) throw new Problem("key-file-unsafe", { file, mode: mode.toString(8).padStart(4, "0") });
}

/**
 * Writes `key` as an encrypted PKCS#8 file with mode 0600, all or nothing, and never over an existing file (EEXIST):
 * a key that was overwritten is a CA that was lost.
 */
export async function createKeyFile(file: string, key: KeyObject, passphrase: string): Promise<void> {
  const pem = key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }).toString();
  const probe = randomBytes(32);
  const read = createPrivateKey({ key: pem, passphrase });
  if (!verify(null, probe, createPublicKey(key), sign(null, probe, read))) {
    throw new Error("the key that was written is not the key that was made");
  }
  const temporary = `${file}.${randomBytes(6).toString("hex")}.new`;
  try {
    await writeDurably(temporary, pem);
    await link(temporary, file); // unlike rename, a link refuses to replace
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(path.dirname(file));
}
