import { type CertificateContent, lastSecond, newSerial } from "../../server/pki/certificate.ts";
import * as der from "../../server/pki/der.ts";
import { readDer } from "../../server/pki/der-reader.ts";
import { encodeName, staffSubject } from "../../server/pki/distinguished-name.ts";
import { EXTENSION_TABLE } from "../../server/pki/extension-table.ts";
import { generateKey, keyIdentifierOf, publicKeyOf, spkiOf } from "../../server/pki/keys.ts";
import { lintTbs } from "../../server/pki/lints/index.ts";
import { OID } from "../../server/pki/oids.ts";
import { PROFILES, type ProfileName } from "../../server/pki/profiles.ts";

/** A certificate without a fault, to be changed in one place at a time, and what the lints say to it. */
export const NOW = Temporal.Instant.from("2026-11-21T03:00:00Z");
export const TODAY = Temporal.PlainDate.from("2026-11-21");
export const CONTEXT = { limitDays: 200, signedAt: NOW };

export const rsa = publicKeyOf(spkiOf((await generateKey("RSA-2048")).publicKey));
export const ec = publicKeyOf(spkiOf((await generateKey("P-256")).publicKey));

// An RSA key of 1024 bits: made here from parts, since nothing of ours generates one.
const modulus = der.integerFromBytes(new Uint8Array(128).fill(0xc5));
const algorithm = der.sequence(der.oid(OID.rsaEncryption), der.nullValue());
export const weak = publicKeyOf(
  der.sequence(algorithm, der.bitString(der.sequence(modulus, der.integer(65537)))),
);

export const SUBJECT = [
  { type: "C", value: "JP" },
  { type: "ST", value: "東京都" },
  { type: "L", value: "千代田区" },
  { type: "O", value: "株式会社例示商事" },
  { type: "CN", value: "www.example.jp" },
];
export const EV_SUBJECT = [
  { type: "businessCategory", value: "Private Organization" },
  { type: "jurisdictionC", value: "JP" },
  { type: "serialNumber", value: "000012050002" },
  ...SUBJECT,
];

export function content(changes: Partial<CertificateContent> = {}): CertificateContent {
  return {
    profile: PROFILES.SERVER_OV,
    issuer: {
      subjectDer: encodeName(staffSubject({ commonName: "OV CA", organization: "印鑑認証" })),
      keyIdentifier: keyIdentifierOf(ec.spki),
      signatureAlgorithm: "sha256WithRSAEncryption",
    },
    serial: newSerial(),
    notBefore: NOW,
    notAfter: lastSecond(NOW, 199),
    subject: SUBJECT,
    publicKey: rsa,
    names: ["www.example.jp", "example.jp"],
    crlUrl: "http://localhost:8080/ov.crl",
    issuerUrl: "http://localhost:8080/ov.cer",
    ocspUrl: "http://localhost:8080/ocsp",
    ...changes,
  };
}

export const failures = (
  tbs: Uint8Array,
  profile: ProfileName = "SERVER_OV",
  context: Parameters<typeof lintTbs>[3] = CONTEXT,
) => lintTbs(tbs, profile, TODAY, context).map(({ id }) => id);

/** The same bytes with one of the eight fields replaced. */
export function withField(tbs: Uint8Array, index: number, replacement: Uint8Array): Uint8Array {
  const fields = readDer(tbs, { name: "tbs", maxBytes: 65536 }).children.map((child) => child.der);
  return der.sequenceOf(fields.with(index, replacement));
}

/** The same bytes with one extension replaced, removed (null) or, when absent, added in its place. */
export function withExtension(tbs: Uint8Array, oid: string, replacement: Uint8Array | null): Uint8Array {
  const list = readDer(tbs, { name: "tbs", maxBytes: 65536 }).child(7).child(0).children;
  const order = EXTENSION_TABLE.map((rule) => rule.oid);
  const placeOf = (node: Uint8Array) => {
    const place = order.indexOf(readDer(node, { name: "extension", maxBytes: 65536 }).child(0).oid());
    return place < 0 ? order.length : place;
  };
  const others = list.filter((node) => node.child(0).oid() !== oid).map((node) => node.der);
  const next = replacement === null ? others : [...others, replacement];
  return withField(tbs, 7, der.context(3, der.sequenceOf(next.toSorted((a, b) => placeOf(a) - placeOf(b)))));
}

export const subjectField = (...rdns: Uint8Array[]) => der.sequenceOf(rdns);
export const attribute = (oid: string, value: Uint8Array) => der.sequence(der.oid(oid), value);
