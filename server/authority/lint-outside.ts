import type { ExternalLinter, LintSubject } from "../adapters/external-linter.ts";
import { keySigner } from "../adapters/signer-file.ts";
import { Problem } from "../kernel/problem.ts";
import {
  assembleCertificate,
  generateKey,
  type IssuerKeyKind,
  type ProfileName,
  type SignatureAlgorithm,
} from "../pki/index.ts";

/** What external linters know the rules of; clients' and sites' certificates are nobody's outside our own company. */
const KINDS: Readonly<Partial<Record<ProfileName, LintSubject["kind"]>>> = {
  SERVER_OV: "OV-FINAL-CERTIFICATE",
  SERVER_EV: "EV-FINAL-CERTIFICATE",
};

/** A key of the issuer's algorithm each, made once, that belongs to nobody: its signatures are worth nothing. */
const THROW_AWAY: Readonly<Partial<Record<SignatureAlgorithm, IssuerKeyKind>>> = {
  sha256WithRSAEncryption: "RSA-2048",
  "ecdsa-with-SHA256": "P-256",
  "ecdsa-with-SHA384": "P-384",
};
const throwAway = new Map<SignatureAlgorithm, Promise<ReturnType<typeof keySigner>>>();

function throwAwaySigner(algorithm: SignatureAlgorithm): Promise<ReturnType<typeof keySigner>> {
  const known = throwAway.get(algorithm);
  if (known !== undefined) return known;
  const kind = THROW_AWAY[algorithm];
  if (kind === undefined) throw new Error(`no issuer of ours signs with ${algorithm}`);
  const made = generateKey(kind).then(({ privateKey }) => keySigner(privateKey));
  throwAway.set(algorithm, made);
  return made;
}

/**
 * Asks the external linter about bytes that are about to be signed. It sees them as a certificate with the signature
 * of a throw-away key, so that the issuing key never signs what was not linted.
 * Problems: lint-failed with the linter's names of what it found; external-linter-unavailable.
 */
export async function lintOutside(
  linter: ExternalLinter,
  tbs: Uint8Array,
  profile: ProfileName,
  algorithm: SignatureAlgorithm,
): Promise<void> {
  const kind = KINDS[profile];
  if (kind === undefined) return;
  const signer = await throwAwaySigner(algorithm);
  const certificate = assembleCertificate(tbs, algorithm, await signer.sign(tbs));
  const refusals = await linter.refusals({ tbs, certificate, kind });
  if (refusals.length > 0) throw new Problem("lint-failed", { lints: refusals.join(", ").slice(0, 500) });
}
