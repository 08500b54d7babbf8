import type { Der } from "./der.ts";
import * as der from "./der.ts";
import { parseIpAddress } from "./ip-addresses.ts";
import { OID } from "./oids.ts";
import { KEY_USAGE, type KeyUsage } from "./profiles.ts";
import { remembered } from "./remembered.ts";

/** Extensions of certificates and CRLs (RFC 5280 4.2, 5.2), each a complete Extension. */
export function extension(dotted: string, critical: boolean, value: Der): Der {
  // critical is DEFAULT FALSE, and DER leaves defaults out (X.690 11.5).
  return critical
    ? der.sequence(der.oid(dotted), der.boolean(true), der.octetString(value))
    : der.sequence(der.oid(dotted), der.octetString(value));
}

export const authorityKeyIdentifier = (keyIdentifier: Uint8Array): Der =>
  encodedKeyIdentifier(keyIdentifier.toHex());

const encodedKeyIdentifier = remembered(64, (hex: string): Der => {
  const keyIdentifier = der.contextPrimitive(0, Uint8Array.fromHex(hex));
  return extension(OID.authorityKeyIdentifier, false, der.sequence(keyIdentifier));
});

export function subjectKeyIdentifier(keyIdentifier: Uint8Array): Der {
  return extension(OID.subjectKeyIdentifier, false, der.octetString(keyIdentifier));
}

export function basicConstraints(certificateAuthority: boolean, pathLength: number | null): Der {
  const fields = certificateAuthority ? [der.boolean(true)] : [];
  if (pathLength !== null) fields.push(der.integer(pathLength));
  return extension(OID.basicConstraints, true, der.sequenceOf(fields));
}

export function keyUsage(usages: readonly KeyUsage[]): Der {
  return extension(OID.keyUsage, true, der.namedBits(usages.map((usage) => KEY_USAGE[usage])));
}

export function extendedKeyUsage(purposes: readonly string[]): Der {
  return extension(OID.extKeyUsage, false, der.sequenceOf(purposes.map(der.oid)));
}

export function certificatePolicies(policies: readonly string[]): Der {
  return extension(
    OID.certificatePolicies,
    false,
    der.sequenceOf(policies.map((policy) => der.sequence(der.oid(policy)))),
  );
}

/** dNSName or iPAddress by the look of each name. Not critical: our subjects are never empty (RFC 5280 4.2.1.6). */
export function subjectAltName(names: readonly string[]): Der {
  const general = names.map((name) => {
    const address = parseIpAddress(name);
    return address === null ? der.contextPrimitive(2, der.ia5(name)) : der.contextPrimitive(7, address);
  });
  const value = der.nested(der.TAG.octetString, [der.nested(der.TAG.sequence, general)]);
  return der.encoded(der.nested(der.TAG.sequence, [der.oid(OID.subjectAltName), value]));
}

const uri = (url: string): Der => der.contextPrimitive(6, der.ia5(url));

export const crlDistributionPoint = remembered(256, (url: string): Der => {
  const point = der.sequence(der.context(0, der.context(0, uri(url))));
  return extension(OID.crlDistributionPoints, false, der.sequence(point));
});

export const authorityInfoAccess = (urls: {
  readonly ocsp: string | null;
  readonly caIssuers: string | null;
}): Der => encodedInfoAccess(JSON.stringify([urls.ocsp, urls.caIssuers]));

const encodedInfoAccess = remembered(64, (urls: string): Der => {
  const [ocsp, caIssuers] = JSON.parse(urls) as [string | null, string | null];
  const descriptions: Der[] = [];
  if (ocsp !== null) descriptions.push(der.sequence(der.oid(OID.ocsp), uri(ocsp)));
  if (caIssuers !== null) descriptions.push(der.sequence(der.oid(OID.caIssuers), uri(caIssuers)));
  return extension(OID.authorityInfoAccess, false, der.sequenceOf(descriptions));
});

/** id-pkix-ocsp-nocheck, whose value is NULL (RFC 6960 4.2.2.2.1). */
export function ocspNoCheck(): Der {
  return extension(OID.ocspNoCheck, false, der.nullValue());
}

export function crlNumber(number: bigint): Der {
  return extension(OID.crlNumber, false, der.integer(number));
}

/** Critical (RFC 5280 5.2.5); the same URI as in the certificates, covering leaves only or CAs only. */
export function issuingDistributionPoint(url: string, covers: "users" | "authorities" | "all"): Der {
  const fields = [der.context(0, der.context(0, uri(url)))];
  if (covers === "users") fields.push(der.contextPrimitive(1, Uint8Array.of(0xff)));
  if (covers === "authorities") fields.push(der.contextPrimitive(2, Uint8Array.of(0xff)));
  return extension(OID.issuingDistributionPoint, true, der.sequenceOf(fields));
}
