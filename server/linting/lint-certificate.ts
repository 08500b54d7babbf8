import type { authorityTables } from "../authority/index.ts";
import { isProblem } from "../kernel/problem.ts";
import {
  DerError,
  type LintFailure,
  lintTbs,
  type ParsedCertificate,
  PROFILES,
  parseCertificate,
  type SignatureAlgorithm,
  weaknessOf,
} from "../pki/index.ts";
import { longestValidityDays } from "../rules/index.ts";

type Tables = ReturnType<typeof authorityTables>;

/** What is known of a certificate without reading it. */
export type AliveCertificate = Pick<
  Tables["certificates"]["$inferSelect"],
  "id" | "issuerId" | "serial" | "profile" | "spkiSha256" | "der"
>;
export type LintIssuer = Pick<
  Tables["issuers"]["$inferSelect"],
  "subjectDer" | "keyIdentifier" | "signatureAlgorithm"
>;

/**
 * Judges a certificate that is alive by the rules of a day: every lint in force then, its key by the searches for weak
 * keys, and its bytes by what is stored beside them. Only the length of its life is judged by the day it began: a
 * shorter limit binds what is issued from then on (BR 6.3.2).
 */
export function lintCertificate(
  { der, profile, spkiSha256, serial }: AliveCertificate,
  issuer: LintIssuer,
  on: Temporal.PlainDate,
): LintFailure[] {
  const parsed = readable(der);
  if (typeof parsed === "string") return [{ id: "readable", source: "RFC 5280 4.1", why: parsed }];
  const failures = lintTbs(parsed.tbs, profile, on, {
    limitDays: PROFILES[profile].longestDays ?? longestValidityDays(parsed.notBefore),
    expected: {
      spkiSha256,
      serial,
      signatureAlgorithm: issuer.signatureAlgorithm as SignatureAlgorithm,
      issuerSubjectDer: issuer.subjectDer,
      issuerKeyIdentifier: issuer.keyIdentifier,
    },
  });
  const weakness = weaknessOf(parsed.publicKey);
  return weakness === null ? failures : [...failures, { ...KEY_STRENGTH, why: weakness }];
}

const KEY_STRENGTH = { id: "key-strength", source: "BR 6.1.1.3, 6.1.6" } as const;

function readable(der: Uint8Array): ParsedCertificate | string {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof DerError) return error.message;
    if (isProblem(error)) return error.code;
    throw error;
  }
}
