import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { isProblem, Problem } from "../../kernel/problem.ts";
import { isPastedPrivateKey, parseCsr, publicKeyOf, spkiOf, verifyCsrSignature } from "../../pki/index.ts";
import { describeKey } from "../../requests/index.ts";
import type { ProofKind, ProofResult } from "./report.ts";

/**
 * Proofs of key compromise (BR 4.9.12): the private key itself, or a CSR that only its holder can have signed for the
 * purpose. What is kept of either is the hash of the public key.
 */
export interface Proof {
  readonly result: Exclude<ProofResult, "NONE">;
  readonly kind: ProofKind;
  readonly spkiSha256: string;
  /** "RSA 2048", "ECDSA P-256" */
  readonly key: string;
}

/** What the subject of a CSR says, anywhere in it, when it was signed to prove a compromise. */
export const CHALLENGE_PHRASE = "Proof of Key Compromise";

const LIMIT_KIB = 32;
/** A signature of a longer key would hold a thread for seconds; nobody was ever issued one. */
const LONGEST_MODULUS = 8192;

/**
 * Reads a proof and takes from it what may be kept. A private key is held in memory only: a random value is signed
 * with it and verified with its public half, so that somebody's public key beside an invented private one proves
 * nothing. `bytes` are overwritten before this returns, whatever happened.
 *
 * A CSR proves the compromise if its subject says so (CHALLENGE_PHRASE): the holder of a certificate has sent its CSR
 * to others, so any other CSR names a key and proves nothing about who holds it.
 * @throws Problem too-large, proof-unreadable, proof-encrypted, proof-inconsistent, csr-* and key-type-unsupported
 */
export async function readProof(bytes: Uint8Array): Promise<Proof> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (buffer.length > LIMIT_KIB * 1024) throw new Problem("too-large", { limitKiB: LIMIT_KIB });
    const key = privateKeyIn(buffer);
    return key === null ? await csrProof(buffer) : await privateKeyProof(key);
  } finally {
    buffer.fill(0);
  }
}

async function privateKeyProof(key: KeyObject): Promise<Proof> {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type !== "rsa" && type !== "ec")
    throw new Problem("key-type-unsupported", { found: (type ?? "?").toUpperCase() });
  if ((details?.modulusLength ?? 0) > LONGEST_MODULUS) throw new Problem("proof-unreadable");
  const publicKey = createPublicKey(key);
  if (!(await signsFor(key, publicKey))) throw new Problem("proof-inconsistent");
  const info = publicKeyOf(spkiOf(publicKey));
  return { result: "PROVEN", kind: "PRIVATE_KEY", spkiSha256: info.spkiSha256, key: describeKey(info) };
}

function signsFor(privateKey: KeyObject, publicKey: KeyObject): Promise<boolean> {
  const challenge = randomBytes(32);
  return new Promise((resolve) => {
    sign("sha256", challenge, privateKey, (failure, signature) => {
      if (failure !== null) return resolve(false);
      verify("sha256", challenge, publicKey, signature, (error, valid) => resolve(error === null && valid));
    });
  });
}

async function csrProof(bytes: Buffer): Promise<Proof> {
  const csr = readCsr(bytes);
  await verifyCsrSignature(csr);
  const says = csr.subject.some(({ value }) =>
    value.replace(/\s+/g, " ").toLowerCase().includes(CHALLENGE_PHRASE.toLowerCase()),
  );
  const { publicKey } = csr;
  return {
    result: says ? "PROVEN" : "NAMED",
    kind: "CSR",
    spkiSha256: publicKey.spkiSha256,
    key: describeKey(publicKey),
  };
}

function readCsr(bytes: Buffer) {
  try {
    return parseCsr(new Uint8Array(bytes));
  } catch (error) {
    // A private key in a form that we cannot open (OpenSSH, PuTTY, PKCS#12): told as what it is, not as a broken CSR.
    if (isProblem(error, "csr-private-key") || isProblem(error, "csr-not-pem"))
      throw new Problem("proof-unreadable");
    throw error;
  }
}

/**
 * The private key of a file, PEM (with certificates around it, as servers keep it) or DER; null where there is none.
 * Bytes only: a text could not be overwritten.
 */
function privateKeyIn(bytes: Buffer): KeyObject | null {
  const label = bytes.indexOf("PRIVATE KEY-----");
  if (label >= 0) {
    const begin = bytes.lastIndexOf("-----BEGIN", label);
    const end = bytes.indexOf("-----END", label);
    if (begin < 0 || end < 0) throw new Problem("proof-unreadable");
    const closing = bytes.indexOf("-----", end + 8);
    const block = bytes.subarray(begin, closing < 0 ? bytes.length : closing + 5);
    if (block.includes("ENCRYPTED")) throw new Problem("proof-encrypted");
    return opened(() => createPrivateKey({ key: block, format: "pem" }), "refuse");
  }
  for (const type of ["pkcs8", "pkcs1", "sec1"] as const) {
    const key = opened(() => createPrivateKey({ key: bytes, format: "der", type }), "pass");
    if (key !== null) return key;
  }
  return null;
}

/** OpenSSL's own words about a key are never passed on. */
function opened(open: () => KeyObject, otherwise: "refuse" | "pass"): KeyObject | null {
  try {
    return open();
  } catch {
    if (otherwise === "refuse") throw new Problem("proof-unreadable");
    return null;
  }
}

/** Runs of base64, also over several lines, long enough for the shortest private key. */
const BASE64_RUN = /[A-Za-z0-9+/=]{40,}(?:\s+[A-Za-z0-9+/=]{4,})*/g;
/** RFC 7518 6: the private part of a JSON Web Key is its member "d". */
const isJsonWebKey = (text: string): boolean => text.includes('"kty"') && /"d"\s*:/.test(text);

/**
 * Does a text hold a private key: armoured, as bare base64 between other words, or as a JSON Web Key? Such a text is
 * refused unread: not shown again, not kept, not logged.
 */
export function holdsPrivateKey(text: string): boolean {
  if (isPastedPrivateKey(text) || isJsonWebKey(text)) return true;
  return [...text.matchAll(BASE64_RUN)].some(([run]) => isPastedPrivateKey(run.trim()));
}
