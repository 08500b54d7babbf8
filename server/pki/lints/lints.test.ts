import { describe, expect, it } from "vitest";
import {
  attribute,
  CONTEXT,
  content,
  EV_SUBJECT,
  ec,
  NOW,
  rsa,
  SUBJECT,
  subjectField,
  TODAY,
  weak,
  withExtension,
  withField,
} from "../../../test/pki/lint-content.ts";
import { buildTbsCertificate, type CertificateContent, lastSecond } from "../certificate.ts";
import * as der from "../der.ts";
import { readDer } from "../der-reader.ts";
import { encodeName, staffSubject } from "../distinguished-name.ts";
import * as write from "../extensions.ts";
import { publicKeyOf } from "../keys.ts";
import { OID } from "../oids.ts";
import { PROFILES, type ProfileName } from "../profiles.ts";
import { LINTS, lintTbs } from "./index.ts";

describe("each rule refuses its own fault", () => {
  const seen = new Set<string>();
  const build = (changes: Partial<CertificateContent> = {}) => buildTbsCertificate(content(changes));
  const ev = (changes: Partial<CertificateContent>) =>
    build({ profile: PROFILES.SERVER_EV, subject: EV_SUBJECT, ...changes });
  const responder = (changes: Partial<CertificateContent> = {}) =>
    build({
      profile: PROFILES.OCSP_RESPONDER,
      subject: staffSubject({ commonName: "OCSP", organization: "印鑑認証" }),
      names: [],
      crlUrl: null,
      issuerUrl: null,
      ocspUrl: null,
      ...changes,
    });
  const changed = (type: string, value: string) =>
    SUBJECT.map((a) => (a.type === type ? { type, value } : a));

  const authority = (name: ProfileName, publicKey: CertificateContent["publicKey"] = rsa) =>
    build({
      profile: PROFILES[name],
      publicKey,
      subject: staffSubject({ commonName: "CA", organization: "印鑑認証" }),
      names: [],
      crlUrl: null,
      issuerUrl: null,
      ocspUrl: null,
    });
  const governmental = (number: string) =>
    ev({
      subject: EV_SUBJECT.with(0, { type: "businessCategory", value: "Government Entity" }).with(2, {
        type: "serialNumber",
        value: number,
      }),
    });

  type Case = [id: string, what: string, tbs: () => Uint8Array, profile?: ProfileName, on?: string];
  const cases: Case[] = [
    ["serial-number", "zero", () => build({ serial: "00" })],
    ["serial-number", "2^159", () => build({ serial: `80${"00".repeat(19)}` })],
    ["serial-number", "64 bits alone", () => build({ serial: "7fffffffffffffff" })],
    ["serial-number", "128 bits alone", () => build({ serial: "7f".repeat(16) })],
    [
      "validity-length",
      "one second too long",
      () => build({ notAfter: lastSecond(NOW, 200).add({ seconds: 1 }) }),
    ],
    ["validity-start", "notAfter first", () => build({ notAfter: NOW })],
    [
      "validity-start",
      "49 hours early",
      () => build({ notBefore: NOW.subtract({ hours: 49 }), notAfter: NOW.add({ hours: 24 }) }),
    ],
    [
      "time-encoding",
      "GeneralizedTime in 2027",
      () => withField(build(), 4, der.sequence(der.time(NOW), der.generalizedTime(lastSecond(NOW, 199)))),
    ],
    [
      "signature-algorithm",
      "SHA-1",
      () => withField(build(), 2, der.sequence(der.oid("1.2.840.113549.1.1.5"), der.nullValue())),
    ],
    ["version", "2", () => withField(build(), 0, der.context(0, der.integer(1)))],
    [
      "subject-required",
      "a responder without CN",
      () => responder({ subject: SUBJECT.filter(({ type }) => type === "C" || type === "O") }),
      "OCSP_RESPONDER",
    ],
    ["subject-required", "no C", () => build({ subject: SUBJECT.slice(1) })],
    ["subject-required", "no O", () => build({ subject: SUBJECT.filter(({ type }) => type !== "O") })],
    [
      "subject-required",
      "neither ST nor L",
      () => build({ subject: SUBJECT.filter(({ type }) => type !== "ST" && type !== "L") }),
    ],
    ["subject-ev", "no EV fields", () => ev({ subject: SUBJECT }), "SERVER_EV"],
    [
      "subject-ev",
      "category",
      () => ev({ subject: EV_SUBJECT.with(0, { type: "businessCategory", value: "Company" }) }),
      "SERVER_EV",
    ],
    [
      "subject-ev",
      "13 digits",
      () => ev({ subject: EV_SUBJECT.with(2, { type: "serialNumber", value: "7000012050002" }) }),
      "SERVER_EV",
    ],
    [
      "subject-no-unit",
      "OU",
      () => build({ subject: [...SUBJECT.slice(0, 4), { type: "OU", value: "IT" }, ...SUBJECT.slice(4)] }),
    ],
    [
      "subject-order",
      "O before ST",
      () =>
        build({
          subject: [SUBJECT[0], SUBJECT[3], SUBJECT[1], SUBJECT[2], SUBJECT[4]].flatMap((a) => a ?? []),
        }),
    ],
    [
      "subject-order",
      "L twice",
      () => build({ subject: SUBJECT.toSpliced(2, 0, { type: "L", value: "港区" }) }),
    ],
    ["subject-order", "EV field in OV", () => build({ subject: EV_SUBJECT.slice(2) })],
    [
      "subject-order",
      "an attribute that we do not know",
      () => withField(build(), 5, withAttribute("1.3.6.1.4.1.311.60.2.1.2", der.utf8String("東京都"))),
    ],
    [
      "subject-order",
      "a mail address",
      () =>
        withField(
          build(),
          5,
          withAttribute(OID.emailAddress, der.tlv(der.TAG.ia5String, der.ia5("a@example.jp"))),
        ),
    ],
    ...(
      [
        ["year and month", "2001/04"],
        ["day first", "1.4.2001"],
        ["month in words", "April 1, 2001"],
        ["without hyphens", "20010401"],
      ] as const
    ).map(
      ([what, value]): Case => [
        "subject-ev-formation-date",
        what,
        () => governmental(value),
        "SERVER_EV",
        "2027-09-15",
      ],
    ),
    [
      "subject-single-attribute",
      "C and O in one RDN",
      () => {
        const c = attribute(OID.countryName, der.printableString("JP"));
        const o = attribute(OID.organizationName, der.utf8String("例示"));
        const l = attribute(OID.localityName, der.utf8String("港区"));
        return withField(build(), 5, subjectField(der.setOf([c]), der.setOf([l, o])));
      },
    ],
    [
      "subject-lengths",
      "O of 65 characters",
      () =>
        withField(
          build(),
          5,
          subjectField(
            ...[
              [OID.countryName, der.printableString("JP")],
              [OID.localityName, der.utf8String("港区")],
              [OID.organizationName, der.utf8String("あ".repeat(65))],
            ].map(([oid, value]) => der.setOf([attribute(oid as string, value as Uint8Array)])),
          ),
        ),
    ],
    [
      "subject-string-types",
      "C as UTF8String",
      () =>
        withField(
          build(),
          5,
          subjectField(
            ...[
              [OID.countryName, der.utf8String("JP")],
              [OID.localityName, der.utf8String("港区")],
              [OID.organizationName, der.utf8String("例示")],
            ].map(([oid, value]) => der.setOf([attribute(oid as string, value as Uint8Array)])),
          ),
        ),
    ],
    ...[
      "-",
      ".",
      " ",
      "N/A",
      "n.a.",
      "null",
      "none",
      "なし",
      "―",
      " 千代田区",
      "千代田区 ",
      "Tokyo, C=JP",
      "a\u{202e}b",
      "a\u{200b}b",
      "a\tb",
      "a\0b",
      "\u{fffd}",
      "Chiyoda O=Other",
    ].map(
      (value): Case => [
        "subject-values",
        JSON.stringify(value),
        () => build({ subject: changed("L", value) }),
      ],
    ),
    ["country", "UK", () => build({ subject: changed("C", "UK") })],
    ["country", "lower case", () => build({ subject: changed("C", "jp") })],
    ["common-name", "not in the SAN", () => build({ subject: changed("CN", "other.example.jp") })],
    ["common-name", "other case", () => build({ subject: changed("CN", "WWW.example.jp") })],
    ["names-present", "none", () => build({ names: [] })],
    [
      "names-present",
      "in a responder's",
      () => withExtension(responder(), OID.subjectAltName, write.subjectAltName(["www.example.jp"])),
      "OCSP_RESPONDER",
    ],
    ["names-present", "address in EV", () => ev({ names: ["www.example.jp", "8.8.8.8"] }), "SERVER_EV"],
    [
      "names-present",
      "mail address",
      () =>
        withExtension(
          build(),
          OID.subjectAltName,
          write.extension(
            OID.subjectAltName,
            false,
            der.sequence(
              der.contextPrimitive(2, der.ia5("www.example.jp")),
              der.contextPrimitive(1, der.ia5("a@example.jp")),
            ),
          ),
        ),
    ],
    ["names-syntax", "wildcard in EV", () => ev({ names: ["www.example.jp", "*.example.jp"] }), "SERVER_EV"],
    ...[
      "localhost",
      "a.local",
      "10.0.0.1",
      "a_b.example.jp",
      "*.co.jp",
      "WWW2.example.jp",
      "example.jp.",
      "ab--c.example.jp",
      "1.2.3",
      "1.0.0.127.in-addr.arpa",
      "example.onion",
      "jp",
      "co.jp",
      "example.internal",
      "-a.example.jp",
      "a-.example.jp",
      "a..example.jp",
      "www.*.example.jp",
      "w*.example.jp",
      "*.*.example.jp",
      `${"a".repeat(64)}.example.jp`,
      `${"a.".repeat(125)}example.jp`,
      "xn--zzzzzz99.example.jp",
      "a b.example.jp",
      "a\0.example.jp",
      "a@example.jp",
      "127.0.0.1",
      "169.254.1.1",
      "::1",
      "fd00::1",
      "2001:db8::1",
      "::ffff:8.8.8.8",
    ].map((name): Case => ["names-syntax", name, () => build({ names: ["www.example.jp", name] })]),
    ["names-unique", "twice", () => build({ names: ["www.example.jp", "www.example.jp"] })],
    [
      "basic-constraints",
      "a CA",
      () => withExtension(build(), OID.basicConstraints, write.basicConstraints(true, null)),
    ],
    ["basic-constraints", "missing", () => withExtension(build(), OID.basicConstraints, null)],
    [
      "key-usage",
      "keyCertSign",
      () => withExtension(build(), OID.keyUsage, write.keyUsage(["digitalSignature", "keyCertSign"])),
    ],
    [
      "key-usage",
      "keyEncipherment with EC",
      () =>
        withExtension(
          build({ publicKey: ec }),
          OID.keyUsage,
          write.keyUsage(["digitalSignature", "keyEncipherment"]),
        ),
    ],
    [
      "extended-key-usage",
      "clientAuth too",
      () => withExtension(build(), OID.extKeyUsage, write.extendedKeyUsage([OID.serverAuth, OID.clientAuth])),
    ],
    [
      "extended-key-usage",
      "any purpose",
      () => withExtension(build(), OID.extKeyUsage, write.extendedKeyUsage(["2.5.29.37.0"])),
    ],
    ["extended-key-usage", "missing", () => withExtension(build(), OID.extKeyUsage, null)],
    [
      "key-identifiers",
      "AKI with issuer and serial",
      () =>
        withExtension(
          build(),
          OID.authorityKeyIdentifier,
          write.extension(
            OID.authorityKeyIdentifier,
            false,
            der.sequence(
              der.contextPrimitive(0, content().issuer.keyIdentifier),
              der.context(1, der.context(4, content().issuer.subjectDer)),
              der.contextPrimitive(2, Uint8Array.of(1)),
            ),
          ),
        ),
    ],
    [
      "key-identifiers",
      "AKI in a root",
      () =>
        withExtension(
          authority("ROOT_CA"),
          OID.authorityKeyIdentifier,
          write.authorityKeyIdentifier(content().issuer.keyIdentifier),
        ),
      "ROOT_CA",
    ],
    ["key-identifiers", "no AKI", () => withExtension(build(), OID.authorityKeyIdentifier, null)],
    [
      "key-identifiers",
      "SKI in a leaf",
      () => withExtension(build(), OID.subjectKeyIdentifier, write.subjectKeyIdentifier(new Uint8Array(20))),
    ],
    [
      "certificate-policies",
      "two reserved",
      () =>
        withExtension(
          build(),
          OID.certificatePolicies,
          write.certificatePolicies([OID.organizationValidated, "2.23.140.1.2.1"]),
        ),
    ],
    [
      "certificate-policies",
      "reserved second",
      () =>
        withExtension(
          build(),
          OID.certificatePolicies,
          write.certificatePolicies(["1.2.3.4", OID.organizationValidated]),
        ),
    ],
    [
      "certificate-policies",
      "EV in an OV certificate",
      () =>
        withExtension(build(), OID.certificatePolicies, write.certificatePolicies([OID.extendedValidation])),
    ],
    [
      "crl-distribution-point",
      "two points",
      () =>
        withExtension(
          build(),
          OID.crlDistributionPoints,
          write.extension(
            OID.crlDistributionPoints,
            false,
            der.sequence(
              ...["a", "b"].map((name) =>
                der.sequence(
                  der.context(
                    0,
                    der.context(0, der.contextPrimitive(6, der.ia5(`http://localhost/${name}`))),
                  ),
                ),
              ),
            ),
          ),
        ),
    ],
    ["crl-distribution-point", "ldap", () => build({ crlUrl: "ldap://localhost/ov.crl" })],
    ["crl-distribution-point", "missing", () => build({ crlUrl: null })],
    ["crl-distribution-point", "https", () => build({ crlUrl: "https://localhost/ov.crl" })],
    ["authority-info-access", "missing", () => build({ issuerUrl: null })],
    ["authority-info-access", "ldap", () => build({ issuerUrl: "ldap://localhost/" })],
    ["authority-info-access", "no responder", () => build({ ocspUrl: null })],
    ["authority-info-access", "https", () => build({ ocspUrl: "https://localhost/ocsp" })],
    [
      "authority-info-access",
      "two responders",
      () =>
        withExtension(
          build(),
          OID.authorityInfoAccess,
          write.extension(
            OID.authorityInfoAccess,
            false,
            der.sequence(
              ...[OID.ocsp, OID.ocsp, OID.caIssuers].map((method) =>
                der.sequence(der.oid(method), der.contextPrimitive(6, der.ia5("http://localhost/"))),
              ),
            ),
          ),
        ),
    ],
    [
      "ocsp-no-check",
      "in a subscriber's",
      () => withExtension(build(), OID.ocspNoCheck, write.ocspNoCheck()),
    ],
    [
      "ocsp-no-check",
      "not in the responder's",
      () => withExtension(responder(), OID.ocspNoCheck, null),
      "OCSP_RESPONDER",
    ],
    [
      "ocsp-no-check",
      "not NULL",
      () =>
        withExtension(
          responder(),
          OID.ocspNoCheck,
          write.extension(OID.ocspNoCheck, false, der.boolean(true)),
        ),
      "OCSP_RESPONDER",
    ],
    [
      "authority-info-access",
      "a responder that points to itself",
      () => responder({ ocspUrl: "http://localhost:8080/ocsp" }),
      "OCSP_RESPONDER",
    ],
    [
      "certificate-policies",
      "in the responder's",
      () =>
        withExtension(
          responder(),
          OID.certificatePolicies,
          write.certificatePolicies([OID.organizationValidated]),
        ),
      "OCSP_RESPONDER",
    ],
    [
      "known-extensions",
      "nameConstraints",
      () =>
        withExtension(
          build(),
          OID.nameConstraints,
          write.extension(OID.nameConstraints, true, der.sequence()),
        ),
    ],
    [
      "known-extensions",
      "critical EKU",
      () =>
        withExtension(
          build(),
          OID.extKeyUsage,
          write.extension(OID.extKeyUsage, true, der.sequence(der.oid(OID.serverAuth))),
        ),
    ],
    ["public-key", "RSA-1024", () => build({ publicKey: weak })],
    ["public-key", "2049 bits", () => build({ publicKey: rsaKey((1n << 2048n) + 1n) })],
    ["public-key", "2050 bits", () => build({ publicKey: rsaKey((1n << 2049n) + 1n) })],
    ["public-key", "even modulus", () => build({ publicKey: rsaKey((1n << 2047n) + 2n) })],
    ["public-key", "exponent 3", () => build({ publicKey: rsaKey((1n << 2047n) + 1n, 3n) })],
    ["public-key", "even exponent", () => build({ publicKey: rsaKey((1n << 2047n) + 1n, 65538n) })],
    [
      "public-key",
      "exponent of 257 bits",
      () => build({ publicKey: rsaKey((1n << 2047n) + 1n, (1n << 256n) + 1n) }),
    ],
    ["public-key", "compressed point", () => build({ publicKey: compressed() })],
    ["public-key", "EC staff root", () => authority("STAFF_ROOT", ec), "STAFF_ROOT"],
    [
      "extension-order",
      "EKU after the names",
      () => {
        const list = readDer(build(), { name: "tbs", maxBytes: 65536 }).child(7).child(0).children;
        const place = list.findIndex((node) => node.child(0).oid() === OID.extKeyUsage);
        const moved = list.map((node) => node.der);
        moved.push(...moved.splice(place, 1));
        return withField(build(), 7, der.context(3, der.sequenceOf(moved)));
      },
    ],
    [
      "encoding",
      "a policy qualifier",
      () =>
        withExtension(
          build(),
          OID.certificatePolicies,
          write.extension(
            OID.certificatePolicies,
            false,
            der.sequence(der.sequence(der.oid(OID.organizationValidated), der.sequence())),
          ),
        ),
    ],
    [
      "readable",
      "an extension twice",
      () =>
        withField(
          build(),
          7,
          der.context(
            3,
            der.sequence(write.basicConstraints(false, null), write.basicConstraints(false, null)),
          ),
        ),
    ],
    [
      "readable",
      "another curve",
      () =>
        withField(
          build(),
          6,
          der.sequence(
            der.sequence(der.oid(OID.ecPublicKey), der.oid("1.3.132.0.10")),
            der.bitString(new Uint8Array(65).fill(4)),
          ),
        ),
    ],
    [
      "readable",
      "keyUsage with a trailing zero bit",
      () =>
        withExtension(
          build(),
          OID.keyUsage,
          write.extension(OID.keyUsage, true, Uint8Array.of(3, 2, 4, 0xa0)),
        ),
    ],
    [
      "readable",
      "FALSE written out",
      () =>
        withExtension(
          build(),
          OID.basicConstraints,
          write.extension(OID.basicConstraints, true, der.sequence(der.boolean(false))),
        ),
    ],
    [
      "readable",
      "a time without seconds",
      () =>
        withField(
          build(),
          4,
          der.sequence(der.tlv(der.TAG.utcTime, der.ia5("2611210300Z")), der.time(lastSecond(NOW, 199))),
        ),
    ],
    [
      "readable",
      "a reason in the distribution point",
      () =>
        withExtension(
          build(),
          OID.crlDistributionPoints,
          write.extension(
            OID.crlDistributionPoints,
            false,
            der.sequence(
              der.sequence(
                der.context(0, der.context(0, der.contextPrimitive(6, der.ia5("http://localhost/ov.crl")))),
                der.contextPrimitive(1, Uint8Array.of(6, 0x40)),
              ),
            ),
          ),
        ),
    ],
    ["readable", "a negative serial", () => withField(build(), 1, Uint8Array.of(2, 1, 0x80))],
    [
      "readable",
      "a unique identifier",
      () => {
        const fields = readDer(build(), { name: "tbs", maxBytes: 65536 }).children.map((child) => child.der);
        return der.sequenceOf(fields.toSpliced(7, 0, der.contextPrimitive(1, Uint8Array.of(0, 1))));
      },
    ],
    ["readable", "trailing byte", () => Uint8Array.of(...build(), 0)],
  ];

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

function rsaKey(modulus: bigint, exponent = 65537n) {
  const algorithm = der.sequence(der.oid(OID.rsaEncryption), der.nullValue());
  return publicKeyOf(
    der.sequence(algorithm, der.bitString(der.sequence(der.integer(modulus), der.integer(exponent)))),
  );
}

function compressed() {
  const algorithm = der.sequence(der.oid(OID.ecPublicKey), der.oid(OID.secp256r1));
  return publicKeyOf(der.sequence(algorithm, der.bitString(new Uint8Array(33).fill(2))));
}

/** The usual subject with one attribute more at its end. */
function withAttribute(oid: string, value: Uint8Array) {
  const usual = readDer(encodeName(SUBJECT), { name: "subject", maxBytes: 4096 }).children.map(
    (rdn) => rdn.der,
  );
  return subjectField(...usual, der.setOf([attribute(oid, value)]));
}

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
