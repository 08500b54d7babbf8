import { buildTbsCertificate, type CertificateContent } from "../../../server/pki/certificate.ts";
import * as der from "../../../server/pki/der.ts";
import { readDer } from "../../../server/pki/der-reader.ts";
import { encodeName, staffSubject } from "../../../server/pki/distinguished-name.ts";
import { publicKeyOf } from "../../../server/pki/keys.ts";
import { OID } from "../../../server/pki/oids.ts";
import { PROFILES, type ProfileName } from "../../../server/pki/profiles.ts";
import { attribute, content, EV_SUBJECT, rsa, SUBJECT, subjectField } from "../lint-content.ts";

/** A fault that is planted, and the rule that must refuse it: on TODAY, in SERVER_OV, unless told. */
export type Fault = [id: string, what: string, tbs: () => Uint8Array, profile?: ProfileName, on?: string];

export const build = (changes: Partial<CertificateContent> = {}) => buildTbsCertificate(content(changes));
export const ev = (changes: Partial<CertificateContent>) =>
  build({ profile: PROFILES.SERVER_EV, subject: EV_SUBJECT, ...changes });
export const responder = (changes: Partial<CertificateContent> = {}) =>
  build({
    profile: PROFILES.OCSP_RESPONDER,
    subject: staffSubject({ commonName: "OCSP", organization: "印鑑認証" }),
    names: [],
    crlUrl: null,
    issuerUrl: null,
    ocspUrl: null,
    ...changes,
  });
export const changed = (type: string, value: string) =>
  SUBJECT.map((a) => (a.type === type ? { type, value } : a));

export const authority = (name: ProfileName, publicKey: CertificateContent["publicKey"] = rsa) =>
  build({
    profile: PROFILES[name],
    publicKey,
    subject: staffSubject({ commonName: "CA", organization: "印鑑認証" }),
    names: [],
    crlUrl: null,
    issuerUrl: null,
    ocspUrl: null,
  });
export const governmental = (number: string) =>
  ev({
    subject: EV_SUBJECT.with(0, { type: "businessCategory", value: "Government Entity" }).with(2, {
      type: "serialNumber",
      value: number,
    }),
  });

export function rsaKey(modulus: bigint, exponent = 65537n) {
  const algorithm = der.sequence(der.oid(OID.rsaEncryption), der.nullValue());
  return publicKeyOf(
    der.sequence(algorithm, der.bitString(der.sequence(der.integer(modulus), der.integer(exponent)))),
  );
}

export function compressed() {
  const algorithm = der.sequence(der.oid(OID.ecPublicKey), der.oid(OID.secp256r1));
  return publicKeyOf(der.sequence(algorithm, der.bitString(new Uint8Array(33).fill(2))));
}

/** The usual subject with one attribute more at its end. */
export function withAttribute(oid: string, value: Uint8Array) {
  const usual = readDer(encodeName(SUBJECT), { name: "subject", maxBytes: 4096 }).children.map(
    (rdn) => rdn.der,
  );
  return subjectField(...usual, der.setOf([attribute(oid, value)]));
}
