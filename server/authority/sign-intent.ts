import { Problem } from "../kernel/problem.ts";
import { assembleCertificate } from "../pki/index.ts";
import type { AuthorityDeps } from "./authority.ts";
import { isSignedByInThread, lintInThread } from "./checking-threads.ts";
import type { Intent } from "./intents.ts";
import { type Issuer, isSignedBy } from "./issuers.ts";
import { lintBeforeSigning, refuseFailed } from "./lint-before-signing.ts";
import { lintOutside } from "./lint-outside.ts";

/** An intent with the certificate that came of it, not yet stored. */
export interface SignedIntent {
  readonly intent: Intent;
  readonly der: Uint8Array;
}

/** Two ECDSA signatures over the same bytes are two certificates with one serial: an intent is signed once or never. */
const handedToSigner = new WeakSet<Intent>();

/**
 * Lints the stored bytes, signs them, and checks the signature against the issuer's certificate.
 * Problems: lint-failed, external-linter-unavailable (nothing was signed: try again), signature-mismatch, lease-lost
 * (the lease ran out before the signature: nothing was signed).
 *
 * `bulk`: one of many that are signed at once, which are linted and checked in threads.
 */
export async function signIntent(
  deps: Pick<AuthorityDeps, "clock" | "signers" | "externalLinter">,
  issuer: Issuer,
  intent: Intent,
  { bulk }: { readonly bulk: boolean } = { bulk: false },
): Promise<SignedIntent> {
  const { tbsCertificate: tbs } = intent;
  const now = deps.clock.now();
  if (bulk) refuseFailed(await lintInThread(tbs, issuer, intent, now));
  else lintBeforeSigning(tbs, issuer, intent, now);
  if (deps.externalLinter !== undefined) {
    await lintOutside(deps.externalLinter, tbs, intent.profile, issuer.signatureAlgorithm);
  }
  if (Temporal.Instant.compare(deps.clock.now(), intent.leaseUntil) >= 0) throw new Problem("lease-lost");
  if (handedToSigner.has(intent)) throw new Error(`the intent ${intent.id} was handed to the signer before`);
  handedToSigner.add(intent);
  const signature = await deps.signers[intent.role].sign(tbs, { bulk });
  const isGood = bulk ? isSignedByInThread : isSignedBy;
  if (!(await isGood(issuer, tbs, signature))) throw new Problem("signature-mismatch");
  return { intent, der: assembleCertificate(tbs, issuer.signatureAlgorithm, signature) };
}
