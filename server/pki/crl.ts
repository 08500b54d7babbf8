import type { CertificateIssuer } from "./certificate.ts";
import type { Der } from "./der.ts";
import * as der from "./der.ts";
import { readDer } from "./der-reader.ts";
import * as write from "./extensions.ts";
import { OID } from "./oids.ts";
import { algorithmIdentifier, readAlgorithmIdentifier } from "./signature-algorithms.ts";

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

/** All of a CRL but its entries. */
export interface CrlHead {
  readonly issuer: CertificateIssuer;
  readonly thisUpdate: Temporal.Instant;
  /** At most 10 days after thisUpdate for leaves, 12 months for a root's (BR 4.9.7). */
  readonly nextUpdate: Temporal.Instant;
  /** Strictly rising, below 2^159 (RFC 5280 5.2.3). */
  readonly number: bigint;
  readonly distributionPoint?: { readonly url: string; readonly covers: "users" | "authorities" | "all" };
}

/** A CRL without its signature. */
export interface UnsignedCrl {
  /** TBSCertList, the bytes to be signed. */
  readonly tbs: Uint8Array;
  /** CertificateList: those bytes, the algorithm again, the signature. To be called once: both share one memory. */
  signed(signature: Uint8Array): Der;
}

const VERSION_2 = der.integer(1);

/** Each reason's crlEntryExtensions, the same bytes in every entry. */
const REASON_EXTENSIONS = new Map<number, Der>(
  CRL_REASONS.map((reason) => [
    reason,
    der.sequence(write.extension(OID.reasonCode, false, der.enumerated(reason))),
  ]),
);

/** TBSCertList (RFC 5280 5.1), version 2, in the order of the entries. Linear in their number. */
export function buildCrl(head: CrlHead, entries: Iterable<CrlEntry>): UnsignedCrl {
  const writer = crlWriter(head);
  for (const { serial, revokedAt, reason } of entries)
    writer.add(serial, revokedAt.epochMilliseconds / 1000, reason);
  return writer.close();
}

export interface CrlWriter {
  /** One entry: serial in lower-case hex, whole seconds since 1970, a reason of CRL_REASONS or null. */
  add(serial: string, revokedAt: number, reason: number | null): void;
  readonly entries: number;
  close(): UnsignedCrl;
}

/** SEQUENCE, serial of at most 21 octets, time, the longest extensions. */
const LONGEST_ENTRY = 2 + 23 + 17 + 14;
/** Outer header, algorithm and the longest signature of ours (RSA-4096) with its headers. */
const TAIL = 1024;
/** Tag and the longest length. */
const HEADER = 6;

/**
 * Writes a CRL entry by entry into one piece of memory, where the finished list then lies without being copied: the
 * headers, whose lengths are known last, are written backwards from the first entry. `expected` entries fit without
 * another allocation.
 */
export function crlWriter(head: CrlHead, expected = 0): CrlWriter {
  const { issuer } = head;
  const fields = [
    VERSION_2,
    algorithmIdentifier(issuer.signatureAlgorithm),
    issuer.subjectDer,
    der.time(head.thisUpdate),
    der.time(head.nextUpdate),
  ];
  const extensions = crlExtensions(head);
  const start = 3 * HEADER + fields.reduce((length, field) => length + field.length, 0);
  let bytes = Buffer.allocUnsafeSlow(start + (expected + 16) * LONGEST_ENTRY + extensions.length + TAIL);
  let at = start;
  let entries = 0;
  const room = (more: number) => {
    if (at + more <= bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.ceil((at + more) * 1.5));
    larger.set(bytes.subarray(0, at));
    bytes = larger;
  };
  const timeOf = entryTimes();
  return {
    get entries() {
      return entries;
    },
    add(serial, revokedAt, reason) {
      room(LONGEST_ENTRY);
      const extension = reason === null ? undefined : REASON_EXTENSIONS.get(reason);
      if (reason !== null && extension === undefined) throw new RangeError(`CRL reason ${reason}`);
      const length = at++;
      at = writeSerial(bytes, at + 1, serial);
      const time = timeOf(revokedAt);
      bytes.set(time, at);
      at += time.length;
      if (extension !== undefined) {
        bytes.set(extension, at);
        at += extension.length;
      }
      bytes[length] = der.TAG.sequence;
      bytes[length + 1] = at - length - 2;
      entries += 1;
    },
    close() {
      room(extensions.length + TAIL);
      // RFC 5280 5.1.2.6: without entries the list itself is absent.
      let from = entries === 0 ? start : headerBefore(bytes, start, at - start);
      bytes.set(extensions, at);
      at += extensions.length;
      for (const field of fields.toReversed()) {
        from -= field.length;
        bytes.set(field, from);
      }
      from = headerBefore(bytes, from, at - from);
      return {
        tbs: bytes.subarray(from, at),
        signed(signature) {
          const rest = Buffer.concat([
            algorithmIdentifier(issuer.signatureAlgorithm),
            der.bitString(signature),
          ]);
          bytes.set(rest, at);
          at += rest.length;
          return bytes.subarray(headerBefore(bytes, from, at - from), at);
        },
      };
    },
  };
}

function crlExtensions({ issuer, number, distributionPoint }: CrlHead): Der {
  const extensions = [write.authorityKeyIdentifier(issuer.keyIdentifier), write.crlNumber(number)];
  if (distributionPoint !== undefined) {
    extensions.push(write.issuingDistributionPoint(distributionPoint.url, distributionPoint.covers));
  }
  return der.context(0, der.sequenceOf(extensions));
}

/** SEQUENCE and length of what begins at `before`; gives where it begins now. */
function headerBefore(bytes: Buffer, before: number, length: number): number {
  const header = der.sequenceHeader(length);
  bytes.set(header, before - header.length);
  return before - header.length;
}

/** Values of lower-case hex digits by their codes; 16 for everything else. */
const NIBBLES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = "0123456789abcdef".indexOf(String.fromCharCode(code));
  return value < 0 ? 16 : value;
});

function nibble(hex: string, at: number): number {
  const value = NIBBLES[hex.charCodeAt(at)] ?? 16;
  if (value > 15) throw new RangeError(`not lower-case hex: ${hex}`);
  return value;
}

function writeSerial(bytes: Buffer, at: number, serial: string): number {
  const { length } = serial;
  // Digit by digit where the number needs nothing before it; whatever looks otherwise goes the careful way.
  const first = nibble(serial, 0);
  if (length % 2 === 0 && length >= 2 && length <= 40 && first < 8 && (first > 0 || nibble(serial, 1) > 0)) {
    bytes[at] = der.TAG.integer;
    bytes[at + 1] = length / 2;
    for (let i = 0; i < length; i += 2) {
      bytes[at + 2 + i / 2] = (nibble(serial, i) << 4) | nibble(serial, i + 1);
    }
    return at + 2 + length / 2;
  }
  const integer = der.integerFromBytes(Uint8Array.fromHex(serial));
  bytes.set(integer, at);
  return at + integer.length;
}

const DAY_SECONDS = 86_400;

/**
 * Times of entries: the day is written by `der.time`, which costs more than the rest of an entry, once a day; hours,
 * minutes and seconds into its bytes. The result is good until the next call.
 */
function entryTimes(): (epochSeconds: number) => Der {
  const days = new Map<number, Der>();
  return (epochSeconds) => {
    const day = Math.floor(epochSeconds / DAY_SECONDS);
    let bytes = days.get(day);
    if (bytes === undefined) {
      // A copy: der.time remembers what it gave, for certificates.
      bytes = der.time(Temporal.Instant.fromEpochMilliseconds(day * DAY_SECONDS * 1000)).slice();
      days.set(day, bytes);
    }
    const second = epochSeconds - day * DAY_SECONDS;
    if (!Number.isInteger(second)) throw new RangeError(`a CRL's time has whole seconds: ${epochSeconds}`);
    const at = bytes.length - 7;
    twoDigits(bytes, at, Math.floor(second / 3600));
    twoDigits(bytes, at + 2, Math.floor(second / 60) % 60);
    twoDigits(bytes, at + 4, second % 60);
    return bytes;
  };
}

function twoDigits(bytes: Uint8Array, at: number, value: number): void {
  const tens = Math.floor(value / 10);
  bytes[at] = 0x30 + tens;
  bytes[at + 1] = 0x30 + value - 10 * tens;
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
