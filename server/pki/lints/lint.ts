import type { NameAttribute } from "../distinguished-name.ts";
import type { ParsedTbsCertificate } from "../parsed-certificate.ts";
import type { Profile, ProfileName } from "../profiles.ts";
import type { SignatureAlgorithm } from "../signature-algorithms.ts";
import type { LintId } from "./lint-ids.ts";

/**
 * One rule about the bytes that are about to be signed. `source` names its section, `since` the day from which it
 * holds: a certificate is judged by the rules of the day it is signed on.
 */
export interface Lint {
  readonly id: LintId;
  readonly source: string;
  readonly since: Temporal.PlainDate;
  readonly profiles: readonly ProfileName[];
  /** What is wrong, in a few words for the log, or null. */
  check(certificate: ParsedTbsCertificate, context: LintContext): string | null;
}

export interface LintContext {
  readonly profile: Profile;
  /** Longest validity in days of 86,400 s on that day, out of the dated rules. */
  readonly limitDays: number;
  /** When the signature is made; leave it out for certificates that were signed long ago. */
  readonly signedAt?: Temporal.Instant;
  /** What the approved records say; what is given must stand in the certificate exactly. */
  readonly expected?: {
    readonly subject?: readonly NameAttribute[];
    readonly names?: readonly string[];
    readonly spkiSha256?: string;
    readonly serial?: string;
    readonly signatureAlgorithm?: SignatureAlgorithm;
    readonly issuerSubjectDer?: Uint8Array;
    readonly issuerKeyIdentifier?: Uint8Array;
    /** Where the certificate must point, exactly; null where it must not. */
    readonly crlUrl?: string | null;
    readonly issuerUrl?: string | null;
    readonly ocspUrl?: string | null;
  };
}

/** Publicly trusted server certificates. */
export const SERVERS: readonly ProfileName[] = ["SERVER_OV", "SERVER_EV"];
const LEAVES: readonly ProfileName[] = [
  ...SERVERS,
  "OPERATOR_CLIENT",
  "STAFF_CLIENT",
  "SITE_SERVER",
  "OCSP_RESPONDER",
];
const AUTHORITIES: readonly ProfileName[] = ["ROOT_CA", "ISSUING_CA_OV", "ISSUING_CA_EV", "STAFF_ROOT"];
export const EVERYTHING: readonly ProfileName[] = [...AUTHORITIES, ...LEAVES];

export const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);

/** True where both lists hold the same texts in the same order. */
export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
