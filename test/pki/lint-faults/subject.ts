import * as der from "../../../server/pki/der.ts";
import { OID } from "../../../server/pki/oids.ts";
import { attribute, EV_SUBJECT, SUBJECT, subjectField, withField } from "../lint-content.ts";
import { build, changed, ev, type Fault, governmental, responder, withAttribute } from "./build.ts";

/** Faults of the subject. */
export const subjectFaults: readonly Fault[] = [
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
    ([what, value]): Fault => [
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
    (value): Fault => [
      "subject-values",
      JSON.stringify(value),
      () => build({ subject: changed("L", value) }),
    ],
  ),
  ["country", "UK", () => build({ subject: changed("C", "UK") })],
  ["country", "lower case", () => build({ subject: changed("C", "jp") })],
  ["common-name", "not in the SAN", () => build({ subject: changed("CN", "other.example.jp") })],
  ["common-name", "other case", () => build({ subject: changed("CN", "WWW.example.jp") })],
];
