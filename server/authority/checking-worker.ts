import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { answerBatches } from "../adapters/batch-worker.ts";
import { SIGNATURE_ALGORITHMS, useWeakKeys } from "../pki/index.ts";
import type { Check, Checked, CheckedIssuer } from "./checking-threads.ts";
import { lintFailures } from "./lint-before-signing.ts";

const keys = new WeakMap<CheckedIssuer, KeyObject>();

function keyOf(issuer: CheckedIssuer): KeyObject {
  const known = keys.get(issuer);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: Buffer.from(issuer.spki), format: "der", type: "spki" });
  keys.set(issuer, key);
  return key;
}

answerBatches<CheckedIssuer, Check, Checked>((issuer, bytes, check) => {
  if (check.what === "signature") {
    const { hash } = SIGNATURE_ALGORITHMS[issuer.signatureAlgorithm];
    const { signedBytes } = check;
    return verify(hash, bytes.subarray(0, signedBytes), keyOf(issuer), bytes.subarray(signedBytes));
  }
  useWeakKeys(issuer.weakKeys);
  const notBefore = Temporal.Instant.fromEpochMilliseconds(check.notBefore);
  const signedAt = Temporal.Instant.fromEpochMilliseconds(check.signedAt);
  return lintFailures(bytes, issuer, { ...check.expected, notBefore }, signedAt);
});
