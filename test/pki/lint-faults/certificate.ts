import { lastSecond } from "../../../server/pki/certificate.ts";
import * as der from "../../../server/pki/der.ts";
import { readDer } from "../../../server/pki/der-reader.ts";
import * as write from "../../../server/pki/extensions.ts";
import { OID } from "../../../server/pki/oids.ts";
import { NOW, withExtension, withField } from "../lint-content.ts";
import { build, type Fault } from "./build.ts";

/** Faults of serial, dates, algorithm, version, and of the encoding as a whole. */
export const certificateFaults: readonly Fault[] = [
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
      withExtension(build(), OID.keyUsage, write.extension(OID.keyUsage, true, Uint8Array.of(3, 2, 4, 0xa0))),
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
