import { type KeyObject, sign } from "node:crypto";
import {
  assembleCertificate,
  buildTbsCertificate,
  type CertificateIssuer,
  encodeName,
  generateKey,
  type IssuerKeyKind,
  keyIdentifierOf,
  lastSecond,
  type NameAttribute,
  newSerial,
  PROFILES,
  type ProfileName,
  type PublicKeyInfo,
  publicKeyOf,
  SIGNATURE_ALGORITHMS,
  signatureAlgorithmFor,
  spkiOf,
} from "../../server/pki/index.ts";

export const NOW = Temporal.Instant.from("2026-11-21T03:00:00Z");

export interface TestIssuer extends CertificateIssuer {
  readonly certificate: Uint8Array;
  readonly privateKey: KeyObject;
}

export function signWith(
  issuer: { privateKey: KeyObject } & Pick<CertificateIssuer, "signatureAlgorithm">,
  bytes: Uint8Array,
) {
  return new Uint8Array(sign(SIGNATURE_ALGORITHMS[issuer.signatureAlgorithm].hash, bytes, issuer.privateKey));
}

/** A CA certificate with a fresh key: self-signed where `parent` is null. */
export async function makeAuthority(
  profile: ProfileName,
  subject: readonly NameAttribute[],
  kind: IssuerKeyKind,
  parent: TestIssuer | null,
): Promise<TestIssuer> {
  const { publicKey: node, privateKey } = await generateKey(kind);
  const publicKey = publicKeyOf(spkiOf(node));
  const itself = {
    subjectDer: encodeName(subject),
    keyIdentifier: keyIdentifierOf(publicKey.spki),
    signatureAlgorithm: signatureAlgorithmFor(publicKey),
  };
  const signer = parent ?? { ...itself, privateKey };
  const tbs = buildTbsCertificate({
    profile: PROFILES[profile],
    issuer: signer,
    serial: newSerial(),
    notBefore: NOW,
    notAfter: lastSecond(NOW, parent === null ? 9000 : 3650),
    subject,
    publicKey,
    ...(parent === null
      ? {}
      : { crlUrl: "http://localhost:8080/root.crl", issuerUrl: "http://localhost:8080/root.cer" }),
  });
  const certificate = assembleCertificate(tbs, signer.signatureAlgorithm, signWith(signer, tbs));
  return { ...itself, privateKey, certificate };
}

const JAPANESE_SUBJECT: readonly NameAttribute[] = [
  { type: "C", value: "JP" },
  { type: "ST", value: "東京都" },
  { type: "L", value: "千代田区" },
  { type: "O", value: "株式会社例示商事" },
  { type: "CN", value: "www.example.jp" },
];

/** A leaf for `publicKey`; everything that a test does not care about is filled in. */
export function leafContent(
  issuer: CertificateIssuer,
  publicKey: PublicKeyInfo,
  changes: Partial<Parameters<typeof buildTbsCertificate>[0]> = {},
): Parameters<typeof buildTbsCertificate>[0] {
  return {
    profile: PROFILES.SERVER_OV,
    issuer,
    serial: newSerial(),
    notBefore: NOW,
    notAfter: lastSecond(NOW, 199),
    subject: JAPANESE_SUBJECT,
    publicKey,
    names: ["www.example.jp", "example.jp"],
    crlUrl: "http://localhost:8080/ov.crl",
    issuerUrl: "http://localhost:8080/ov.cer",
    ...changes,
  };
}

export function makeLeaf(issuer: TestIssuer, content: Parameters<typeof buildTbsCertificate>[0]): Uint8Array {
  const tbs = buildTbsCertificate(content);
  return assembleCertificate(tbs, issuer.signatureAlgorithm, signWith(issuer, tbs));
}
