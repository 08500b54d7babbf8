import type { CertificateIssuer } from "./certificate.ts";
import type { Der } from "./der.ts";
import * as der from "./der.ts";
import { readDer } from "./der-reader.ts";
import * as write from "./extensions.ts";
import { OID } from "./oids.ts";
import {
  algorithmIdentifier,
  readAlgorithmIdentifier,
  type SignatureAlgorithm,
} from "./signature-algorithms.ts";

/**
 * CRLReason codes that a CRL of ours may carry (BR 7.2.2). null is 0, unspecified, encoded by leaving the reason out;
 * 2 is for CA certificates; 6, certificateHold, is forbidden.
 */
const CRL_REASONS = [1, 2, 3, 4, 5, 9] as const;
export type CrlReason = (typeof CRL_REASONS)[number];

export interface CrlEntry {
  /** Lower-case hex. */
  readonly serial: string;
  /** Whole seconds. */
  readonly revokedAt: Temporal.Instant;
  readonly reason: CrlReason | null;
}

export interface CrlContent {
  readonly issuer: CertificateIssuer;
  readonly thisUpdate: Temporal.Instant;
  /** At most 10 days after thisUpdate for leaves, 12 months for a root's (BR 4.9.7). */
  readonly nextUpdate: Temporal.Instant;
  /** Strictly rising, below 2^159 (RFC 5280 5.2.3). */
  readonly number: bigint;
  readonly entries: Iterable<CrlEntry>;
  readonly distributionPoint?: { readonly url: string; readonly covers: "users" | "authorities" | "all" };
}

const VERSION_2 = der.integer(1);

/** Each reason's crlEntryExtensions, the same bytes in every entry. */
const REASON_EXTENSIONS = new Map<CrlReason, Der>(
  CRL_REASONS.map((reason) => [
    reason,
    der.sequence(write.extension(OID.reasonCode, false, der.enumerated(reason))),
  ]),
);

/** TBSCertList (RFC 5280 5.1), version 2, in the order of the entries. Linear in their number. */
export function buildTbsCertList(content: CrlContent): Der {
  const entries: Der[] = [];
  for (const { serial, revokedAt, reason } of content.entries) {
    const userCertificate = der.integerFromBytes(Uint8Array.fromHex(serial));
    const extensions = reason === null ? undefined : REASON_EXTENSIONS.get(reason);
    if (reason !== null && extensions === undefined) throw new RangeError(`CRL reason ${reason}`);
    const fields = [userCertificate, der.time(revokedAt)];
    entries.push(der.sequenceOf(extensions === undefined ? fields : [...fields, extensions]));
  }
  const extensions = [
    write.authorityKeyIdentifier(content.issuer.keyIdentifier),
    write.crlNumber(content.number),
  ];
  if (content.distributionPoint !== undefined) {
    const { url, covers } = content.distributionPoint;
    extensions.push(write.issuingDistributionPoint(url, covers));
  }
  return der.sequence(
    VERSION_2,
    algorithmIdentifier(content.issuer.signatureAlgorithm),
    content.issuer.subjectDer,
    der.time(content.thisUpdate),
    der.time(content.nextUpdate),
    // RFC 5280 5.1.2.6: without entries the list itself is absent.
    ...(entries.length === 0 ? [] : [der.sequenceOf(entries)]),
    der.context(0, der.sequenceOf(extensions)),
  );
}

/** CertificateList: the signed bytes, the algorithm again, the signature. */
export function assembleCrl(tbs: Der, algorithm: SignatureAlgorithm, signature: Uint8Array): Der {
  return der.sequence(tbs, algorithmIdentifier(algorithm), der.bitString(signature));
}

export interface ParsedCrl {
  readonly tbs: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  readonly thisUpdate: Temporal.Instant;
  readonly nextUpdate: Temporal.Instant;
  readonly number: bigint | null;
  readonly entries: readonly {
    readonly serial: string;
    readonly revokedAt: Temporal.Instant;
    readonly reason: number | null;
  }[];
}

/**
 * Reads a CRL of ours back: what a restored database compares its numbers with.
 * @throws DerError
 */
export function parseCrl(bytes: Uint8Array): ParsedCrl {
  const root = readDer(bytes, { name: "certificateList", maxBytes: 64 * 1024 * 1024 });
  root.elements(3);
  const tbs = root.child(0, "tbsCertList");
  tbs.elements(6, 7);
  tbs.child(0, "version").smallInteger();
  const algorithm = readAlgorithmIdentifier(tbs.child(1, "signature"));
  const list = tbs.children.length === 7 ? tbs.child(5, "revokedCertificates").children : [];
  const extensions = tbs
    .child(tbs.children.length - 1, "crlExtensions")
    .expect(0xa0)
    .child(0).children;
  const crlNumber = extensions.find((extension) => extension.child(0).oid() === OID.crlNumber);
  return {
    tbs: tbs.der,
    issuerDer: tbs.child(2, "issuer").der,
    signatureAlgorithm: "refused" in algorithm ? algorithm.refused : algorithm.algorithm,
    signature: root.child(2, "signature").bitBytes(),
    thisUpdate: tbs.child(3, "thisUpdate").time(),
    nextUpdate: tbs.child(4, "nextUpdate").time(),
    number:
      crlNumber === undefined
        ? null
        : readDer(crlNumber.child(1).octets(), { name: "crlNumber", maxBytes: 32 }).integer(),
    entries: list.map((entry) => {
      const reason = entry.children[2]?.children.find(
        (extension) => extension.child(0).oid() === OID.reasonCode,
      );
      return {
        serial: entry.child(0).integerBytes().toHex(),
        revokedAt: entry.child(1).time(),
        reason: reason === undefined ? null : (reason.child(1).octets()[2] ?? null),
      };
    }),
  };
}
