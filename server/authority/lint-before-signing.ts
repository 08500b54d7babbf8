import { Problem } from "../kernel/problem.ts";
import {
  type CertificateIssuer,
  lintTbs,
  type NameAttribute,
  PROFILES,
  type ProfileName,
} from "../pki/index.ts";
import { longestValidityDays } from "../rules/index.ts";
import type { Pointers } from "./intents.ts";

/** What the approved records say; the bytes must say exactly the same. */
export interface Expected {
  readonly profile: ProfileName;
  readonly subject: readonly NameAttribute[];
  readonly names: readonly string[];
  readonly spkiSha256: string;
  readonly serial: string;
  readonly notBefore: Temporal.Instant;
  readonly pointers: Pointers;
}

/**
 * Judges bytes that are about to be signed by the rules of that day (BR 4.3.1.2). Problem: lint-failed, with the
 * rules' names; why is told to nobody outside.
 */
export function lintBeforeSigning(
  ...asked: readonly [
    tbs: Uint8Array,
    issuer: CertificateIssuer,
    expected: Expected,
    signedAt: Temporal.Instant,
  ]
): void {
  refuseFailed(lintFailures(...asked));
}

/** Problem: lint-failed, unless the list is empty. */
export function refuseFailed(lints: readonly string[]): void {
  if (lints.length > 0) throw new Problem("lint-failed", { lints: lints.join(", ") });
}

/** The names of the rules that the bytes break; pure, and so the same in every thread. */
export function lintFailures(
  tbs: Uint8Array,
  issuer: CertificateIssuer,
  expected: Expected,
  signedAt: Temporal.Instant,
): readonly string[] {
  const { profile, notBefore, subject, names, spkiSha256, serial, pointers } = expected;
  return lintTbs(tbs, profile, utcDay(signedAt), {
    limitDays: limitDays(profile, notBefore, signedAt),
    signedAt,
    expected: {
      subject,
      names,
      spkiSha256,
      serial,
      signatureAlgorithm: issuer.signatureAlgorithm,
      issuerSubjectDer: issuer.subjectDer,
      issuerKeyIdentifier: issuer.keyIdentifier,
      ...pointers,
    },
  }).map(({ id }) => id);
}

let lastDay = { number: Number.NaN, day: Temporal.PlainDate.from("1970-01-01") };

/** The day in UTC; the last one is remembered, as a thousand certificates share it. */
function utcDay(at: Temporal.Instant): Temporal.PlainDate {
  const number = Math.floor(at.epochMilliseconds / 86_400_000);
  if (number !== lastDay.number) {
    lastDay = { number, day: at.toZonedDateTimeISO("UTC").toPlainDate() };
  }
  return lastDay.day;
}

/** BR 6.3.2: the limit of the day it is signed and of the day it starts, whichever is shorter. */
function limitDays(profile: ProfileName, notBefore: Temporal.Instant, signedAt: Temporal.Instant): number {
  return (
    PROFILES[profile].longestDays ?? Math.min(longestValidityDays(signedAt), longestValidityDays(notBefore))
  );
}
