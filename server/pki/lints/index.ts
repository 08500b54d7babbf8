import { isProblem } from "../../kernel/problem.ts";
import { DerError } from "../der-reader.ts";
import { parseTbsCertificate } from "../parsed-certificate.ts";
import { PROFILES, type ProfileName } from "../profiles.ts";
import { authorityInfoAccess } from "./authority-info-access.ts";
import { basicConstraints } from "./basic-constraints.ts";
import { certificatePolicies } from "./certificate-policies.ts";
import { commonName } from "./common-name.ts";
import { country } from "./country.ts";
import { crlDistributionPoint } from "./crl-distribution-point.ts";
import { encoding } from "./encoding.ts";
import { extendedKeyUsage } from "./extended-key-usage.ts";
import { extensionOrder } from "./extension-order.ts";
import { keyIdentifiers } from "./key-identifiers.ts";
import { keyUsage } from "./key-usage.ts";
import { knownExtensions } from "./known-extensions.ts";
import type { Lint, LintContext } from "./lint.ts";
import type { LintId } from "./lint-ids.ts";
import { listedWeakKey } from "./listed-weak-key.ts";
import { matchesRecords } from "./matches-records.ts";
import { namesPresent } from "./names-present.ts";
import { namesSyntax } from "./names-syntax.ts";
import { namesUnique } from "./names-unique.ts";
import { ocspNoCheck } from "./ocsp-no-check.ts";
import { publicKey } from "./public-key.ts";
import { serialNumber } from "./serial-number.ts";
import { signatureAlgorithm } from "./signature-algorithm.ts";
import { subjectEv } from "./subject-ev.ts";
import { subjectEvFormationDate } from "./subject-ev-formation-date.ts";
import { subjectLengths } from "./subject-lengths.ts";
import { subjectNoUnit } from "./subject-no-unit.ts";
import { subjectOrder } from "./subject-order.ts";
import { subjectRequired } from "./subject-required.ts";
import { subjectSingleAttribute } from "./subject-single-attribute.ts";
import { subjectStringTypes } from "./subject-string-types.ts";
import { subjectValues } from "./subject-values.ts";
import { timeEncoding } from "./time-encoding.ts";
import { validityLength } from "./validity-length.ts";
import { validityStart } from "./validity-start.ts";
import { version } from "./version.ts";

export type { Lint, LintContext } from "./lint.ts";
export type { LintId } from "./lint-ids.ts";

/** What a certificate is refused for: a lint, its key, or bytes that are no certificate. */
export type RuleId = LintId | "readable" | "key-strength";

/** Every rule, one a file. */
export const LINTS: readonly Lint[] = [
  authorityInfoAccess,
  basicConstraints,
  certificatePolicies,
  commonName,
  country,
  crlDistributionPoint,
  encoding,
  extendedKeyUsage,
  extensionOrder,
  keyIdentifiers,
  keyUsage,
  knownExtensions,
  listedWeakKey,
  matchesRecords,
  namesPresent,
  namesSyntax,
  namesUnique,
  ocspNoCheck,
  publicKey,
  serialNumber,
  signatureAlgorithm,
  subjectEv,
  subjectEvFormationDate,
  subjectLengths,
  subjectNoUnit,
  subjectOrder,
  subjectRequired,
  subjectSingleAttribute,
  subjectStringTypes,
  subjectValues,
  timeEncoding,
  validityLength,
  validityStart,
  version,
];

export interface LintFailure {
  readonly id: RuleId;
  readonly source: string;
  readonly why: string;
}

/** The rules of a profile on a day; the last day asked for is remembered, as a thousand certificates share it. */
const inForce = new Map<ProfileName, { on: Temporal.PlainDate; lints: readonly Lint[] }>();

function lintsFor(profile: ProfileName, on: Temporal.PlainDate): readonly Lint[] {
  const known = inForce.get(profile);
  if (known?.on.equals(on)) return known.lints;
  const lints = LINTS.filter(
    (lint) => lint.profiles.includes(profile) && Temporal.PlainDate.compare(lint.since, on) <= 0,
  );
  inForce.set(profile, { on, lints });
  return lints;
}

/**
 * Judges the bytes that are about to be signed (BR 4.3.1.2), or those of a certificate that is alive, by the rules of
 * a day. Empty means: may be signed. Never throws: bytes that cannot be read are a failure like any other.
 */
export function lintTbs(
  tbs: Uint8Array,
  profile: ProfileName,
  on: Temporal.PlainDate,
  context: Omit<LintContext, "profile">,
): LintFailure[] {
  try {
    const certificate = parseTbsCertificate(tbs);
    const full: LintContext = { ...context, profile: PROFILES[profile] };
    return lintsFor(profile, on).flatMap((lint) => {
      const why = lint.check(certificate, full);
      return why === null ? [] : [{ id: lint.id, source: lint.source, why }];
    });
  } catch (error) {
    if (error instanceof DerError) return [{ id: "readable", source: "RFC 5280 4.1", why: error.message }];
    if (isProblem(error)) return [{ id: "readable", source: "BR 6.1.5", why: error.code }];
    throw error;
  }
}
