import { availableParallelism } from "node:os";
import { batchThreads } from "../adapters/batch-threads.ts";
import type { Id } from "../kernel/ids.ts";
import { type WeakKeys, weakKeysInUse } from "../pki/index.ts";
import type { Issuer } from "./issuers.ts";
import type { Expected } from "./lint-before-signing.ts";

/**
 * Linting and checking of signatures for bulk work, in threads: both are pure, and cost more than all else that an
 * issuance does. One thread less than there are cores, as the event loop has work of its own.
 */

/** What is the same for all that an issuer signs. */
export interface CheckedIssuer
  extends Pick<Issuer, "subjectDer" | "keyIdentifier" | "signatureAlgorithm" | "spki"> {
  readonly weakKeys: WeakKeys;
}

/** JSON has no instants: they travel as milliseconds. */
export type Check =
  | {
      readonly what: "lint";
      readonly expected: Omit<Expected, "notBefore">;
      readonly notBefore: number;
      readonly signedAt: number;
    }
  /** The bytes are those that were signed, up to `signedBytes`, and then the signature. */
  | { readonly what: "signature"; readonly signedBytes: number };

/** The names of the lints that failed, or whether the signature is good. */
export type Checked = readonly string[] | boolean;

const inThread = batchThreads<CheckedIssuer, Check, Checked>({
  worker: new URL("./checking-worker.ts", import.meta.url),
  count: () => Math.max(1, availableParallelism() - 1),
  batch: 32,
});

/** By the issuer's id: it is read anew for every group, and should travel once. */
const known = new Map<Id, CheckedIssuer>();

function checkedIssuer({ id, subjectDer, keyIdentifier, signatureAlgorithm, spki }: Issuer): CheckedIssuer {
  const weakKeys = weakKeysInUse();
  const before = known.get(id);
  if (before?.weakKeys === weakKeys) return before;
  const made = { subjectDer, keyIdentifier, signatureAlgorithm, spki, weakKeys };
  known.set(id, made);
  return made;
}

/** The names of the lints that these bytes fail (lint-before-signing.ts). */
export async function lintInThread(
  tbs: Uint8Array,
  issuer: Issuer,
  { profile, subject, names, spkiSha256, serial, pointers, notBefore }: Expected,
  signedAt: Temporal.Instant,
): Promise<readonly string[]> {
  const failed = await inThread({
    shared: checkedIssuer(issuer),
    bytes: tbs,
    rest: {
      what: "lint",
      expected: { profile, subject, names, spkiSha256, serial, pointers },
      notBefore: notBefore.epochMilliseconds,
      signedAt: signedAt.epochMilliseconds,
    },
  });
  if (typeof failed === "boolean") throw new Error("the thread answered another question");
  return failed;
}

/** Is `signature` this issuer's over exactly these bytes? */
export async function isSignedByInThread(
  issuer: Issuer,
  tbs: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const bytes = new Uint8Array(tbs.length + signature.length);
  bytes.set(tbs);
  bytes.set(signature, tbs.length);
  const rest = { what: "signature", signedBytes: tbs.length } as const;
  return (await inThread({ shared: checkedIssuer(issuer), bytes, rest })) === true;
}
