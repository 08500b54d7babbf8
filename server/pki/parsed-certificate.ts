import { TAG } from "./der.ts";
import { type DerNode, readDer } from "./der-reader.ts";
import { type ParsedNameAttribute, readName } from "./distinguished-name.ts";
import { printIpAddress } from "./ip-addresses.ts";
import { type PublicKeyInfo, readPublicKey } from "./keys.ts";
import { OID } from "./oids.ts";
import { KEY_USAGE, type KeyUsage } from "./profiles.ts";
import { readAlgorithmIdentifier } from "./signature-algorithms.ts";

export interface ParsedExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export type ParsedName =
  | { readonly kind: "dns"; readonly text: string }
  | { readonly kind: "ip"; readonly text: string; readonly bytes: Uint8Array }
  | { readonly kind: "other"; readonly tag: number };

/** A TBSCertificate with everything in it decoded; an extension that is absent is null or empty. */
export interface ParsedTbsCertificate {
  readonly der: Uint8Array;
  /** The tree itself, for lints about the encoding. */
  readonly node: DerNode;
  readonly version: number;
  readonly serial: string;
  readonly signatureAlgorithm: string;
  readonly issuerDer: Uint8Array;
  readonly issuer: readonly ParsedNameAttribute[];
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  readonly subjectDer: Uint8Array;
  readonly subject: readonly ParsedNameAttribute[];
  readonly publicKey: PublicKeyInfo;
  readonly extensions: readonly ParsedExtension[];
  readonly basicConstraints: {
    readonly certificateAuthority: boolean;
    readonly pathLength: number | null;
  } | null;
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly string[];
  readonly policies: readonly string[];
  readonly names: readonly ParsedName[];
  readonly subjectKeyIdentifier: Uint8Array | null;
  readonly authorityKeyIdentifier: Uint8Array | null;
  readonly crlUrls: readonly string[];
  readonly caIssuersUrls: readonly string[];
  readonly ocspUrls: readonly string[];
}

export interface ParsedCertificate extends ParsedTbsCertificate {
  /** The whole certificate; `tbs` is what was signed, a view into it. */
  readonly certificateDer: Uint8Array;
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
}

const LIMIT = 64 * 1024;

/**
 * Reads a certificate strictly.
 * @throws DerError; Problem key-type-unsupported
 */
export function parseCertificate(bytes: Uint8Array): ParsedCertificate {
  const root = readDer(bytes, { name: "certificate", maxBytes: LIMIT });
  root.elements(3);
  const tbs = root.child(0, "tbsCertificate");
  const parsed = readTbs(tbs);
  const outer = root.child(1, "signatureAlgorithm");
  // RFC 5280 4.1.1.2: the same identifier inside and outside.
  if (algorithmName(outer) !== parsed.signatureAlgorithm) outer.fail("differs from the signed algorithm");
  return { ...parsed, certificateDer: bytes, tbs: tbs.der, signature: root.child(2, "signature").bitBytes() };
}

/** @throws DerError; Problem key-type-unsupported */
export function parseTbsCertificate(bytes: Uint8Array): ParsedTbsCertificate {
  return readTbs(readDer(bytes, { name: "tbsCertificate", maxBytes: LIMIT }));
}

function algorithmName(node: DerNode): string {
  const algorithm = readAlgorithmIdentifier(node);
  return "refused" in algorithm ? algorithm.refused : algorithm.algorithm;
}

function readTbs(tbs: DerNode): ParsedTbsCertificate {
  tbs.elements(8);
  const version = tbs.child(0, "version").expect(0xa0).child(0).smallInteger() + 1;
  const validity = tbs.child(4, "validity");
  const [notBefore, notAfter] = validity.elements(2);
  if (notBefore === undefined || notAfter === undefined) return validity.fail("incomplete");
  const extensions = readExtensions(tbs.child(7, "extensions").expect(0xa3).child(0));
  const value = (dotted: string, label: string): DerNode | null => {
    const found = extensions.find((extension) => extension.oid === dotted);
    return found === undefined
      ? null
      : readDer(found.value, { name: `extensions.${label}`, maxBytes: LIMIT });
  };
  const aia = readAuthorityInfoAccess(value(OID.authorityInfoAccess, "authorityInfoAccess"));
  return {
    der: tbs.der,
    node: tbs,
    version,
    serial: tbs.child(1, "serialNumber").integerBytes().toHex(),
    signatureAlgorithm: algorithmName(tbs.child(2, "signature")),
    issuerDer: tbs.child(3, "issuer").der,
    issuer: readName(tbs.child(3)),
    notBefore: notBefore.named("notBefore").time(),
    notAfter: notAfter.named("notAfter").time(),
    subjectDer: tbs.child(5, "subject").der,
    subject: readName(tbs.child(5)),
    publicKey: readPublicKey(tbs.child(6, "subjectPublicKeyInfo")),
    extensions,
    basicConstraints: readBasicConstraints(value(OID.basicConstraints, "basicConstraints")),
    keyUsage: readKeyUsage(value(OID.keyUsage, "keyUsage")),
    extendedKeyUsage: oids(value(OID.extKeyUsage, "extKeyUsage"), (purpose) => purpose),
    policies: oids(value(OID.certificatePolicies, "certificatePolicies"), (policy) => policy.child(0)),
    names: readNames(value(OID.subjectAltName, "subjectAltName")),
    subjectKeyIdentifier: value(OID.subjectKeyIdentifier, "subjectKeyIdentifier")?.octets() ?? null,
    authorityKeyIdentifier:
      value(OID.authorityKeyIdentifier, "authorityKeyIdentifier")?.children.find((field) => field.is(0x80))
        ?.content ?? null,
    crlUrls: readDistributionPoints(value(OID.crlDistributionPoints, "cRLDistributionPoints")),
    ...aia,
  };
}

function readExtensions(list: DerNode): ParsedExtension[] {
  const seen = new Set<string>();
  list.expect(TAG.sequence);
  return list.children.map((node) => {
    const fields = node.elements(2, 3);
    const oid = node.child(0).oid();
    // RFC 5280 4.2: at most one instance of each.
    if (seen.has(oid)) node.fail("extension appears twice");
    seen.add(oid);
    const critical = fields.length === 3 && node.child(1).boolean();
    if (fields.length === 3 && !critical) node.fail("default value is encoded");
    return { oid, critical, value: node.child(fields.length - 1).octets() };
  });
}

function readBasicConstraints(node: DerNode | null): ParsedTbsCertificate["basicConstraints"] {
  if (node === null) return null;
  const [first, second] = node.elements(0, 2);
  if (first === undefined) return { certificateAuthority: false, pathLength: null };
  const certificateAuthority = first.boolean();
  if (!certificateAuthority) first.fail("default value is encoded");
  return { certificateAuthority, pathLength: second === undefined ? null : second.smallInteger() };
}

const USAGE_BY_BIT = Object.keys(KEY_USAGE) as KeyUsage[];

function readKeyUsage(node: DerNode | null): KeyUsage[] {
  if (node === null) return [];
  return node.bitPositions().map((bit) => USAGE_BY_BIT[bit] ?? node.fail("unknown key usage"));
}

function oids(node: DerNode | null, pick: (child: DerNode) => DerNode): string[] {
  return node === null ? [] : node.expect(TAG.sequence).children.map((child) => pick(child).oid());
}

function readNames(node: DerNode | null): ParsedName[] {
  if (node === null) return [];
  return node.expect(TAG.sequence).children.map((name) => {
    if (name.is(0x82)) return { kind: "dns", text: name.asciiContent() };
    if (!name.is(0x87)) return { kind: "other", tag: name.tag };
    const bytes = name.content;
    if (bytes.length !== 4 && bytes.length !== 16) name.fail("wrong length of an address");
    return { kind: "ip", text: printIpAddress(bytes), bytes };
  });
}

function readDistributionPoints(node: DerNode | null): string[] {
  if (node === null) return [];
  return node.expect(TAG.sequence).children.flatMap((point) => {
    point.elements(1);
    const fullName = point.child(0).expect(0xa0).child(0).expect(0xa0);
    return fullName.children.map((name) => name.expect(0x86).asciiContent());
  });
}

function readAuthorityInfoAccess(node: DerNode | null): { caIssuersUrls: string[]; ocspUrls: string[] } {
  const caIssuersUrls: string[] = [];
  const ocspUrls: string[] = [];
  for (const description of node?.expect(TAG.sequence).children ?? []) {
    description.elements(2);
    const method = description.child(0).oid();
    const url = description.child(1).expect(0x86).asciiContent();
    if (method === OID.caIssuers) caIssuersUrls.push(url);
    else if (method === OID.ocsp) ocspUrls.push(url);
    else description.fail("unknown access method");
  }
  return { caIssuersUrls, ocspUrls };
}
