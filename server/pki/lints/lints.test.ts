import { describe, expect, it } from "vitest";
import { CONTEXT, TODAY } from "../../../test/pki/lint-content.ts";
import { certificateFaults } from "../../../test/pki/lint-faults/certificate.ts";
import { extensionFaults } from "../../../test/pki/lint-faults/extensions.ts";
import { nameFaults } from "../../../test/pki/lint-faults/names.ts";
import { subjectFaults } from "../../../test/pki/lint-faults/subject.ts";
import { LINTS, lintTbs } from "./index.ts";

describe("each rule refuses its own fault", () => {
  const seen = new Set<string>();
  const cases = [...certificateFaults, ...subjectFaults, ...nameFaults, ...extensionFaults];

  it.each(cases)("%s: %s", (id, what, tbs, profile = "SERVER_OV", on = TODAY.toString()) => {
    seen.add(id);
    const found = lintTbs(tbs(), profile, Temporal.PlainDate.from(on), CONTEXT).map((failure) => failure.id);
    expect(found).toContain(id);
    // Whatever we would not have written ourselves is also another spelling; everything else stays with one rule.
    const others = found.filter((other) => other !== id && other !== "encoding");
    expect(others).toEqual(ALSO[`${id}: ${what}`] ?? []);
  });

  it("no rule is without a case here", () => {
    expect(LINTS.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual(ELSEWHERE);
    expect(new Set(LINTS.map(({ id }) => id)).size).toBe(LINTS.length);
  });
});

/** Needs a list (weak-key-lists.test.ts), and the records (lint-tbs.test.ts). */
const ELSEWHERE = ["listed-weak-key", "matches-records"];

/** Faults that break two rules by their nature. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  "subject-ev: no EV fields": ["subject-required"],
  "subject-no-unit: OU": ["subject-order"],
  "names-present: none": ["common-name"],
};

/**
 * What rules.md C and the sections behind it demand of the bytes, line by line, and who looks: a lint by its id, the
 * reader ("readable") for what cannot even be read.
 */
const ENFORCED: readonly [line: string, by: readonly string[]][] = [
  ["version 3", ["version"]],
  ["serial positive, under 2^159, 128 random bits", ["serial-number"]],
  ["signature algorithm: SHA-2 with RSA or ECDSA, the issuer's", ["signature-algorithm"]],
  ["issuer's name, byte for byte", ["matches-records"]],
  ["subject attributes: order, each once, no others", ["subject-order"]],
  ["C and O; ST or L; the names of CAs, staff and responders", ["subject-required"]],
  ["one attribute per RDN", ["subject-single-attribute"]],
  ["no OU since 2022-09-01", ["subject-no-unit"]],
  ["no values like '-', 'N/A', blanks; no second attribute in one", ["subject-values"]],
  ["CN copies one SAN entry, at most one CN", ["common-name"]],
  ["EV: category, jurisdictionC, serialNumber", ["subject-ev", "subject-required"]],
  ["EV: date of formation as YYYY-MM-DD from 2027-09-15", ["subject-ev-formation-date"]],
  ["EV: no wildcard, no address", ["names-syntax", "names-present"]],
  ["PrintableString for C, jurisdictionC, serialNumber; UTF8String for the rest", ["subject-string-types"]],
  ["lengths in characters", ["subject-lengths"]],
  ["countries out of ISO 3166-1", ["country"]],
  ["subject equals the vetted record, attribute by attribute", ["matches-records"]],
  ["AKI: the issuer's key identifier alone", ["key-identifiers"]],
  ["no SKI in leaves; one in CAs and responders", ["key-identifiers"]],
  ["policies: exactly one reserved OID, first", ["certificate-policies"]],
  ["policies: no qualifiers", ["encoding"]],
  ["EKU serverAuth alone", ["extended-key-usage"]],
  ["keyUsage as the type of key has it", ["key-usage"]],
  ["basicConstraints cA false; pathLenConstraint of issuing CAs", ["basic-constraints"]],
  ["criticality; nothing but known extensions, no nameConstraints", ["known-extensions"]],
  ["order of extensions", ["extension-order"]],
  ["CRL distribution point with one http URI", ["crl-distribution-point", "readable"]],
  ["AIA: caIssuers and OCSP, one http URI each", ["authority-info-access", "readable"]],
  ["nocheck in responders' certificates alone", ["ocsp-no-check"]],
  ["SAN: DNS names and addresses alone", ["names-present"]],
  ["SAN: no internal, reserved, .arpa, underscore, trailing dot, '--'; labels; wildcards", ["names-syntax"]],
  ["SAN: no name twice", ["names-unique"]],
  ["RSA from 2048, bits divisible by 8, odd exponent; P-256, P-384, P-521", ["public-key", "readable"]],
  ["Debian weak keys and other lists", ["listed-weak-key"]],
  ["validity to the second", ["validity-length"]],
  ["notBefore within 48 h of the signature", ["validity-start"]],
  ["UTCTime to 2049, GeneralizedTime from 2050", ["time-encoding"]],
  ["DER: minimal, no defaults, no unused bits, no extension twice", ["readable", "encoding"]],
];

it("every rule of the profile has a lint, and every lint a rule", () => {
  const ids = new Set([...LINTS.map(({ id }) => id), "readable"]);
  const named = new Set(ENFORCED.flatMap(([, by]) => by));
  expect([...named].filter((id) => !ids.has(id))).toEqual([]);
  expect([...ids].filter((id) => !named.has(id))).toEqual([]);
});
