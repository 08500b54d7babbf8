import { randomToken } from "../kernel/ids.ts";
import type { Der } from "./der.ts";
import * as der from "./der.ts";
import { encodeRdns, type NameAttribute } from "./distinguished-name.ts";
import * as write from "./extensions.ts";
import { keyIdentifierOf, type PublicKeyInfo } from "./keys.ts";
import type { Profile } from "./profiles.ts";
import { algorithmIdentifier, type SignatureAlgorithm } from "./signature-algorithms.ts";

/** What a certificate takes over from whoever signs it. */
export interface CertificateIssuer {
  /** The issuer's subject, byte for byte (RFC 5280 6.1: names are compared). For a root: its own. */
  readonly subjectDer: Der;
  readonly keyIdentifier: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
}

export interface CertificateContent {
  readonly profile: Profile;
  readonly issuer: CertificateIssuer;
  /** Lower-case hex, see newSerial. */
  readonly serial: string;
  readonly notBefore: Temporal.Instant;
  /** Inclusive (BR 6.3.2): see lastSecond. */
  readonly notAfter: Temporal.Instant;
  readonly subject: readonly NameAttribute[];
  readonly publicKey: Pick<PublicKeyInfo, "type" | "spki">;
  /** SAN in order: A-labels, wildcards and addresses. */
  readonly names?: readonly string[];
  readonly crlUrl?: string | null;
  /** AIA caIssuers: where the issuer's own certificate lies. */
  readonly issuerUrl?: string | null;
  readonly ocspUrl?: string | null;
}

/**
 * A serial of 128 random bits behind one fixed byte (BR 7.1 asks for 64): always positive, below 2^159, and 34
 * lower-case hex digits without leading zeros, so that one number has one spelling everywhere.
 */
export function newSerial(): string {
  return `40${randomToken(128)}`;
}

/**
 * The last second of `days` days from notBefore. BR 6.3.2: both ends are included, so one day is 86,400 s and
 * notAfter = notBefore + days·86400 − 1 s.
 */
export function lastSecond(notBefore: Temporal.Instant, days: number): Temporal.Instant {
  return notBefore.add({ seconds: days * 86_400 - 1 });
}

/**
 * TBSCertificate (RFC 5280 4.1): exactly what the profile says. Pure; nothing is checked here, `lintTbs` judges the
 * result before it is signed.
 * @throws RangeError where the content cannot be encoded at all (fractions of a second, an over-long attribute)
 */
export function buildTbsCertificate(content: CertificateContent): Der {
  return der.encoded(
    der.nested(der.TAG.sequence, [
      VERSION_3,
      der.integerFromBytes(Uint8Array.fromHex(content.serial)),
      algorithmIdentifier(content.issuer.signatureAlgorithm),
      content.issuer.subjectDer,
      der.nested(der.TAG.sequence, [der.time(content.notBefore), der.time(content.notAfter)]),
      der.nested(der.TAG.sequence, encodeRdns(content.subject)),
      content.publicKey.spki,
      der.nested(0xa3, [der.nested(der.TAG.sequence, extensionsOf(content))]),
    ]),
  );
}

const VERSION_3 = der.context(0, der.integer(2));

function extensionsOf(content: CertificateContent): Der[] {
  const { profile, issuer, publicKey, names = [], crlUrl = null, issuerUrl = null, ocspUrl = null } = content;
  const extensions: Der[] = [];
  if (profile.authorityKeyIdentifier) extensions.push(write.authorityKeyIdentifier(issuer.keyIdentifier));
  if (profile.subjectKeyIdentifier)
    extensions.push(write.subjectKeyIdentifier(keyIdentifierOf(publicKey.spki)));
  extensions.push(...fixedExtensions(profile, publicKey.type));
  if (profile.subjectAltName !== "none") extensions.push(write.subjectAltName(names));
  if (crlUrl !== null) extensions.push(write.crlDistributionPoint(crlUrl));
  if (issuerUrl !== null || ocspUrl !== null) {
    extensions.push(write.authorityInfoAccess({ ocsp: ocspUrl, caIssuers: issuerUrl }));
  }
  return extensions;
}

const fixed = new WeakMap<Profile, Partial<Record<"RSA" | "EC", readonly Der[]>>>();

/** What depends on profile and key type alone, encoded once. */
function fixedExtensions(profile: Profile, keyType: "RSA" | "EC"): readonly Der[] {
  const known = fixed.get(profile)?.[keyType];
  if (known !== undefined) return known;
  const extensions = [
    write.basicConstraints(profile.certificateAuthority, profile.pathLength),
    write.keyUsage(profile.keyUsage[keyType]),
  ];
  if (profile.extendedKeyUsage.length > 0) extensions.push(write.extendedKeyUsage(profile.extendedKeyUsage));
  if (profile.policies.length > 0) extensions.push(write.certificatePolicies(profile.policies));
  if (profile.ocspNoCheck) extensions.push(write.ocspNoCheck());
  fixed.set(profile, { ...fixed.get(profile), [keyType]: extensions });
  return extensions;
}

/** Certificate: the to-be-signed bytes as they were signed, the algorithm again, the signature. */
export function assembleCertificate(tbs: Der, algorithm: SignatureAlgorithm, signature: Uint8Array): Der {
  return der.sequence(tbs, algorithmIdentifier(algorithm), der.bitString(signature));
}
