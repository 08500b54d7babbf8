import * as der from "../../../server/pki/der.ts";
import { readDer } from "../../../server/pki/der-reader.ts";
import * as write from "../../../server/pki/extensions.ts";
import { OID } from "../../../server/pki/oids.ts";
import { content, ec, weak, withExtension, withField } from "../lint-content.ts";
import { authority, build, compressed, type Fault, responder, rsaKey } from "./build.ts";

/** Faults of the other extensions, and of the key. */
export const extensionFaults: readonly Fault[] = [
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
                der.context(0, der.context(0, der.contextPrimitive(6, der.ia5(`http://localhost/${name}`)))),
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
  ["ocsp-no-check", "in a subscriber's", () => withExtension(build(), OID.ocspNoCheck, write.ocspNoCheck())],
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
      withExtension(responder(), OID.ocspNoCheck, write.extension(OID.ocspNoCheck, false, der.boolean(true))),
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
      withExtension(build(), OID.nameConstraints, write.extension(OID.nameConstraints, true, der.sequence())),
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
];
