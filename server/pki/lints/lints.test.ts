import { describe, expect, it } from "vitest";
import {
  attribute,
  content,
  EV_SUBJECT,
  ec,
  failures,
  NOW,
  SUBJECT,
  subjectField,
  weak,
  withExtension,
  withField,
} from "../../../test/pki/lint-content.ts";
import { buildTbsCertificate, type CertificateContent, lastSecond } from "../certificate.ts";
import * as der from "../der.ts";
import { staffSubject } from "../distinguished-name.ts";
import * as write from "../extensions.ts";
import { OID } from "../oids.ts";
import { PROFILES, type ProfileName } from "../profiles.ts";
import { LINTS } from "./index.ts";

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

  const cases: [id: string, what: string, tbs: () => Uint8Array, profile?: ProfileName][] = [
    ["serial-number", "zero", () => build({ serial: "00" })],
    ["serial-number", "2^159", () => build({ serial: `80${"00".repeat(19)}` })],
    ["serial-number", "short", () => build({ serial: "7fffffffffffff" })],
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
    ].map((value): [string, string, () => Uint8Array] => [
      "subject-values",
      JSON.stringify(value),
      () => build({ subject: changed("L", value) }),
    ]),
    ["country", "UK", () => build({ subject: changed("C", "UK") })],
    ["country", "lower case", () => build({ subject: changed("C", "jp") })],
    ["common-name", "not in the SAN", () => build({ subject: changed("CN", "other.example.jp") })],
    ["common-name", "other case", () => build({ subject: changed("CN", "WWW.example.jp") })],
    ["names-present", "none", () => build({ names: [] })],
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
    ].map((name): [string, string, () => Uint8Array] => [
      "names-syntax",
      name,
      () => build({ names: ["www.example.jp", name] }),
    ]),
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
    ["extended-key-usage", "missing", () => withExtension(build(), OID.extKeyUsage, null)],
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
    ["readable", "trailing byte", () => Uint8Array.of(...build(), 0)],
  ];

  it.each(cases)("%s: %s", (id, _what, tbs, profile = "SERVER_OV") => {
    seen.add(id);
    expect(failures(tbs(), profile)).toContain(id);
  });

  it("no rule is without a case here", () => {
    expect(LINTS.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual(["matches-records"]);
    expect(new Set(LINTS.map(({ id }) => id)).size).toBe(LINTS.length);
  });
});
