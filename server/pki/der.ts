import { remembered } from "./remembered.ts";

/**
 * Writing DER (X.690 section 10 and 11): every function returns one complete TLV. Values are our own, so a wrong one
 * (fractions of a second, characters outside PrintableString) is a defect and throws RangeError, not a Problem.
 */
export type Der = Uint8Array;

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const encoder = new TextEncoder();

function sizeOfLength(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  if (length < 0x10000) return 3;
  if (length < 0x1000000) return 4;
  return 5;
}

/** Writes tag and minimal length (X.690 10.1) and returns where the content starts. */
function writeHeader(out: Uint8Array, start: number, tag: number, length: number): number {
  out[start] = tag;
  const size = sizeOfLength(length);
  if (size === 1) {
    out[start + 1] = length;
    return start + 2;
  }
  out[start + 1] = 0x80 | (size - 1);
  for (let i = size, rest = length; i > 1; i -= 1, rest = Math.floor(rest / 256)) {
    out[start + i] = rest & 0xff;
  }
  return start + 1 + size;
}

/** Tag and length of a SEQUENCE whose content, `length` bytes of it, lies elsewhere. */
export function sequenceHeader(length: number): Der {
  const out = new Uint8Array(6);
  return out.subarray(0, writeHeader(out, 0, TAG.sequence, length));
}

/** One TLV around content bytes. */
export function tlv(tag: number, content: Uint8Array): Der {
  const out = new Uint8Array(1 + sizeOfLength(content.length) + content.length);
  out.set(content, writeHeader(out, 0, tag, content.length));
  return out;
}

/** One TLV whose parts still lie apart: what is nested deeply is copied once, into the whole. */
export interface Nested {
  readonly tag: number;
  readonly parts: readonly (Der | Nested)[];
  /** Of the content. */
  readonly size: number;
  /** Of the whole TLV, as of an encoded one. */
  readonly length: number;
}

export function nested(tag: number, parts: readonly (Der | Nested)[]): Nested {
  let size = 0;
  for (const part of parts) size += part.length;
  return { tag, parts, size, length: 1 + sizeOfLength(size) + size };
}

export function encoded(whole: Nested): Der {
  const out = new Uint8Array(whole.length);
  writeNested(out, 0, whole);
  return out;
}

function writeNested(out: Uint8Array, start: number, { tag, parts, size }: Nested): void {
  let at = writeHeader(out, start, tag, size);
  for (const part of parts) {
    if (part instanceof Uint8Array) out.set(part, at);
    else writeNested(out, at, part);
    at += part.length;
  }
}

/** One constructed TLV around complete TLVs; each is copied once. */
export const constructed = (tag: number, parts: readonly Der[]): Der => encoded(nested(tag, parts));

export const sequence = (...parts: readonly Der[]): Der => constructed(TAG.sequence, parts);
export const sequenceOf = (parts: readonly Der[]): Der => constructed(TAG.sequence, parts);

/** SET OF, in ascending order of the encodings (X.690 11.6). */
export function setOf(parts: readonly Der[]): Der {
  return constructed(TAG.set, parts.length < 2 ? parts : parts.toSorted(compareBytes));
}

/** Explicit or constructed context tag. */
export const context = (number: number, ...parts: readonly Der[]): Der => constructed(0xa0 | number, parts);
/** Implicit context tag over primitive content. */
export const contextPrimitive = (number: number, content: Uint8Array): Der => tlv(0x80 | number, content);

export const boolean = (value: boolean): Der => Uint8Array.of(TAG.boolean, 1, value ? 0xff : 0);
export const nullValue = (): Der => Uint8Array.of(TAG.null, 0);
export const octetString = (content: Uint8Array): Der => tlv(TAG.octetString, content);

/** INTEGER with minimal content (X.690 8.3.2). Never negative: nothing we write is. */
export function integer(value: number | bigint): Der {
  if (value < 0) throw new RangeError("negative INTEGER");
  if (typeof value === "number" && value < 0x80) return Uint8Array.of(TAG.integer, 1, value);
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  return integerFromBytes(Uint8Array.fromHex(hex));
}

/** INTEGER out of unsigned big-endian bytes, e.g. a serial number. */
export function integerFromBytes(unsigned: Uint8Array): Der {
  let start = 0;
  while (start < unsigned.length - 1 && unsigned[start] === 0) start += 1;
  const bytes = unsigned.subarray(start);
  if (bytes.length === 0) return Uint8Array.of(TAG.integer, 1, 0);
  if ((bytes[0] ?? 0) < 0x80) return tlv(TAG.integer, bytes);
  const padded = new Uint8Array(bytes.length + 1);
  padded.set(bytes, 1);
  return tlv(TAG.integer, padded);
}

export const enumerated = (value: number): Der => Uint8Array.of(TAG.enumerated, 1, value);

/** BIT STRING of whole bytes: keys and signatures. */
export function bitString(content: Uint8Array): Der {
  const padded = new Uint8Array(content.length + 1);
  padded.set(content, 1);
  return tlv(TAG.bitString, padded);
}

/** Named bits with trailing zeros removed (X.690 11.2.2), e.g. KeyUsage and ReasonFlags. */
export function namedBits(positions: readonly number[]): Der {
  if (positions.length === 0) return Uint8Array.of(TAG.bitString, 1, 0);
  const last = Math.max(...positions);
  const content = new Uint8Array(2 + Math.floor(last / 8));
  content[0] = 7 - (last % 8);
  for (const position of positions) {
    const at = 1 + Math.floor(position / 8);
    content[at] = (content[at] ?? 0) | (0x80 >> (position % 8));
  }
  return tlv(TAG.bitString, content);
}

function pushArc(bytes: number[], arc: bigint): void {
  const septets: number[] = [];
  let rest = arc;
  do {
    septets.push(Number(rest & 0x7fn));
    rest >>= 7n;
  } while (rest > 0n);
  for (let i = septets.length - 1; i >= 0; i -= 1) bytes.push((septets[i] ?? 0) | (i === 0 ? 0 : 0x80));
}

/** OBJECT IDENTIFIER out of dotted text. Arcs have any size: 2.25.<UUID> needs 128 bits. */
export const oid = remembered(1024, (dotted: string): Der => {
  const arcs = dotted.split(".").map(BigInt);
  const [first, second, ...rest] = arcs;
  if (first === undefined || second === undefined || first > 2n || (first < 2n && second > 39n)) {
    throw new RangeError(`not an OBJECT IDENTIFIER: ${dotted}`);
  }
  const bytes: number[] = [];
  pushArc(bytes, first * 40n + second);
  for (const arc of rest) pushArc(bytes, arc);
  return tlv(TAG.oid, Uint8Array.from(bytes));
});

export function utf8String(text: string): Der {
  if (!text.isWellFormed()) throw new RangeError("a lone surrogate is not UTF-8");
  return tlv(TAG.utf8String, encoder.encode(text));
}

/** X.680 41.4 */
export const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

export function printableString(text: string): Der {
  if (!PRINTABLE.test(text)) throw new RangeError("not a PrintableString");
  return tlv(TAG.printableString, encoder.encode(text));
}

/** The content of an IA5String, for implicit tags such as dNSName and uniformResourceIdentifier. */
export function ia5(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) throw new RangeError("not an IA5String");
    bytes[i] = code;
  }
  return bytes;
}

/**
 * `20261121203935Z` as bytes. A certificate's times have whole seconds only (RFC 5280 4.1.2.5). Reckoned by hand, as
 * Temporal's own text costs more than the rest of a CRL entry; the days are H. Hinnant's civil_from_days.
 */
function timeBytes(at: Temporal.Instant): Uint8Array {
  const milliseconds = at.epochMilliseconds;
  if (milliseconds % 1000 !== 0 || at.epochNanoseconds % 1_000_000n !== 0n) {
    throw new RangeError(`a certificate's time has whole seconds: ${at.toString()}`);
  }
  const seconds = milliseconds / 1000;
  const days = Math.floor(seconds / 86_400);
  const second = seconds - days * 86_400;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (year < 1950 || year > 9999)
    throw new RangeError(`a certificate's year is 1950 to 9999: ${at.toString()}`);
  const out = new Uint8Array(15);
  const fields = [Math.floor(year / 100), year % 100, month, day];
  fields.push(Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60);
  for (let i = 0; i < 7; i += 1) {
    const field = fields[i] ?? 0;
    out[2 * i] = 0x30 + Math.floor(field / 10);
    out[2 * i + 1] = 0x30 + (field % 10);
  }
  out[14] = 0x5a;
  return out;
}

/** Time: UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5). */
export const time = (at: Temporal.Instant): Der => encodedTime(at.epochNanoseconds);

const encodedTime = remembered(256, (epochNanoseconds: bigint): Der => {
  const at = Temporal.Instant.fromEpochNanoseconds(epochNanoseconds);
  const bytes = timeBytes(at);
  return at.epochMilliseconds < YEAR_2050
    ? tlv(TAG.utcTime, bytes.subarray(2))
    : tlv(TAG.generalizedTime, bytes);
});

const YEAR_2050 = Temporal.Instant.from("2050-01-01T00:00:00Z").epochMilliseconds;

/** GeneralizedTime in every year, where the standard says so (OCSP). */
export const generalizedTime = (at: Temporal.Instant): Der => tlv(TAG.generalizedTime, timeBytes(at));

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && compareBytes(a, b) === 0;
