import { compareBytes, type Der, PRINTABLE, TAG } from "./der.ts";
import { decodeOid, instantOf } from "./der-values.ts";

/**
 * A strict reader of DER for bytes that strangers send. The whole tree is walked once before anything is looked at:
 * definite minimal lengths, no trailing bytes, bounded depth and size, minimal integers, canonical booleans, sorted
 * sets (X.690 sections 8, 10, 11). Whatever is wrong is a DerError with the place; nothing else is ever thrown.
 */
export class DerError extends Error {
  /** Where: names and child positions joined by dots, e.g. `certificationRequestInfo.subjectPKInfo.1`. */
  readonly at: string;
  readonly why: string;
  constructor(at: string, why: string) {
    super(`${why} at ${at}`);
    this.name = "DerError";
    this.at = at;
    this.why = why;
  }
}

export interface ReadLimits {
  /** Name of the outermost element in paths. */
  readonly name: string;
  readonly maxBytes: number;
  readonly maxDepth?: number;
}

const NO_CHILDREN: readonly DerNode[] = [];
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class DerNode {
  readonly tag: number;
  readonly root: Uint8Array;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
  children: readonly DerNode[] = NO_CHILDREN;
  readonly parent: DerNode | null;
  /** A name, or the place among its brothers. */
  #label: string | number;

  constructor(
    tag: number,
    root: Uint8Array,
    start: number,
    contentStart: number,
    end: number,
    parent: DerNode | null,
    label: string | number,
  ) {
    this.tag = tag;
    this.root = root;
    this.start = start;
    this.contentStart = contentStart;
    this.end = end;
    this.parent = parent;
    this.#label = label;
  }

  /** Tag, length and content: a view, not a copy. */
  get der(): Der {
    return this.root.subarray(this.start, this.end);
  }

  get content(): Uint8Array {
    return this.root.subarray(this.contentStart, this.end);
  }

  get at(): string {
    return placeOf(this.parent, this.#label);
  }

  /** Names the place for error messages: `node.named("subject")`. */
  named(label: string): this {
    this.#label = label;
    return this;
  }

  fail(why: string): never {
    throw new DerError(this.at, why);
  }

  is(tag: number): boolean {
    return this.tag === tag;
  }

  expect(tag: number): this {
    if (this.tag !== tag) this.fail(`expected tag 0x${tag.toString(16)}, found 0x${this.tag.toString(16)}`);
    return this;
  }

  /** The children of a SEQUENCE with between `least` and `most` elements. */
  elements(least: number, most: number = least): readonly DerNode[] {
    this.expect(TAG.sequence);
    if (this.children.length < least || this.children.length > most) this.fail("wrong number of elements");
    return this.children;
  }

  child(index: number, label?: string): DerNode {
    const child = this.children[index];
    if (child === undefined) this.fail(`element ${label ?? index} is missing`);
    return label === undefined ? child : child.named(label);
  }

  integer(): bigint {
    return toBigInt(this.integerBytes());
  }

  /** Content of an INTEGER that must not be negative, without the sign byte. */
  integerBytes(): Uint8Array {
    const content = this.expect(TAG.integer).content;
    if ((content[0] ?? 0) >= 0x80) this.fail("negative integer");
    return content.length > 1 && content[0] === 0 ? content.subarray(1) : content;
  }

  /** An INTEGER between 0 and 65535. */
  smallInteger(): number {
    const bytes = this.integerBytes();
    if (bytes.length > 2) this.fail("integer too large");
    return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  }

  boolean(): boolean {
    return this.expect(TAG.boolean).content[0] === 0xff;
  }

  octets(): Uint8Array {
    return this.expect(TAG.octetString).content;
  }

  /** A BIT STRING of whole bytes. */
  bitBytes(): Uint8Array {
    const content = this.expect(TAG.bitString).content;
    if (content[0] !== 0) this.fail("bit string is not whole bytes");
    return content.subarray(1);
  }

  /** The positions set in a BIT STRING of named bits; trailing zero bits are not DER (X.690 11.2.2). */
  bitPositions(): number[] {
    const content = this.expect(TAG.bitString).content;
    const positions: number[] = [];
    const total = (content.length - 1) * 8 - (content[0] ?? 0);
    for (let bit = 0; bit < total; bit += 1) {
      if (((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) positions.push(bit);
    }
    if (total > 0 && positions.at(-1) !== total - 1) this.fail("trailing zero bits");
    return positions;
  }

  oid(): string {
    this.expect(TAG.oid);
    // The content as text of its bytes: a key made without a view of them.
    let key = "";
    for (let at = this.contentStart; at < this.end; at += 1) key += String.fromCharCode(this.root[at] ?? 0);
    const known = decodedOids.get(key);
    if (known !== undefined) return known;
    const dotted = decodeOid(this.content) ?? this.fail("object identifier arc too large");
    // Strangers choose what they send: the memory of what was decoded stays small.
    if (decodedOids.size < 256) decodedOids.set(key, dotted);
    return dotted;
  }

  /** Text of any character string type, decoded as its type says and refused where it breaks its own alphabet. */
  text(): string {
    switch (this.tag) {
      case TAG.utf8String:
        try {
          return this.#ascii() ?? strictUtf8.decode(this.content);
        } catch {
          return this.fail("not UTF-8");
        }
      case TAG.printableString: {
        const text = latin1(this.content);
        return PRINTABLE.test(text) ? text : this.fail("not a PrintableString");
      }
      case TAG.ia5String:
      case TAG.visibleString:
        return this.asciiContent();
      case TAG.teletexString:
        return latin1(this.content);
      case TAG.bmpString: {
        const bytes = this.content;
        if (bytes.length % 2 !== 0) this.fail("not a BMPString");
        return String.fromCharCode(
          ...Array.from(
            { length: bytes.length / 2 },
            (_, i) => (bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0),
          ),
        );
      }
      default:
        return this.fail("not a character string");
    }
  }

  /** The content as ASCII whatever the tag: for implicit IA5String such as dNSName. */
  asciiContent(): string {
    return this.#ascii() ?? this.fail("not ASCII");
  }

  /** Null where a byte is none of ASCII. Short texts, nearly all of them, are read without a view of their bytes. */
  #ascii(): string | null {
    const { root, contentStart, end } = this;
    for (let at = contentStart; at < end; at += 1) if ((root[at] ?? 0) > 0x7f) return null;
    if (end - contentStart > 128) return latin1(this.content);
    let text = "";
    for (let at = contentStart; at < end; at += 1) text += String.fromCharCode(root[at] ?? 0);
    return text;
  }

  /** UTCTime or GeneralizedTime in the only forms RFC 5280 4.1.2.5 allows: seconds, no fraction, Z. */
  time(): Temporal.Instant {
    let digits = latin1(this.content);
    if (this.tag === TAG.utcTime) {
      if (!/^\d{12}Z$/.test(digits)) this.fail("malformed UTCTime");
      digits = `${Number(digits.slice(0, 2)) < 50 ? "20" : "19"}${digits}`;
    } else if (this.tag !== TAG.generalizedTime || !/^\d{14}Z$/.test(digits)) this.fail("malformed time");
    return instantOf(digits) ?? this.fail("no such time");
  }
}

const decodedOids = new Map<string, string>();

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export function toBigInt(unsigned: Uint8Array): bigint {
  return unsigned.length === 0 ? 0n : BigInt(`0x${unsigned.toHex()}`);
}

/** Reads exactly one element that fills `bytes`. Throws DerError only. */
export function readDer(bytes: Uint8Array, limits: ReadLimits): DerNode {
  if (bytes.length > limits.maxBytes) throw new DerError(limits.name, "too large");
  const root = readNode(bytes, 0, bytes.length, null, limits.name, limits.maxDepth ?? 16);
  if (root.end !== bytes.length) root.fail("trailing bytes");
  return root;
}

const placeOf = (parent: DerNode | null, label: string | number): string =>
  parent === null ? String(label) : `${parent.at}.${label}`;

function refuse(parent: DerNode | null, label: string | number, why: string): never {
  throw new DerError(placeOf(parent, label), why);
}

function readNode(
  bytes: Uint8Array,
  start: number,
  limit: number,
  parent: DerNode | null,
  label: string | number,
  depth: number,
): DerNode {
  if (depth === 0) refuse(parent, label, "nested too deeply");
  if (limit - start < 2) refuse(parent, label, "truncated");
  const tag = bytes[start] ?? 0;
  if ((tag & 0x1f) === 0x1f) refuse(parent, label, "high tag number");
  let contentStart = start + 2;
  let length = bytes[start + 1] ?? 0;
  if (length === 0x80) refuse(parent, label, "indefinite length");
  if (length > 0x80) {
    const octets = length & 0x7f;
    if (octets > 4) refuse(parent, label, "length too large");
    if (limit - contentStart < octets) refuse(parent, label, "truncated");
    length = 0;
    for (let i = 0; i < octets; i += 1) length = length * 256 + (bytes[contentStart + i] ?? 0);
    contentStart += octets;
    if (length < 0x80 || length < 256 ** (octets - 1)) refuse(parent, label, "length is not minimal");
  }
  if (length > limit - contentStart) refuse(parent, label, "truncated");
  const node = new DerNode(tag, bytes, start, contentStart, contentStart + length, parent, label);
  if ((tag & 0x20) !== 0) {
    if (tag < 0x40 && tag !== TAG.sequence && tag !== TAG.set)
      node.fail("constructed form of a primitive type");
    const children: DerNode[] = [];
    for (let at = contentStart; at < node.end; ) {
      const child = readNode(bytes, at, node.end, node, children.length, depth - 1);
      children.push(child);
      at = child.end;
    }
    node.children = children;
    if (tag === TAG.set) checkSetOrder(node);
  } else if (tag < 0x40) checkPrimitive(node, length);
  return node;
}

/** X.690 11.6 */
function checkSetOrder(set: DerNode): void {
  for (let i = 1; i < set.children.length; i += 1) {
    if (compareBytes(set.child(i - 1).der, set.child(i).der) > 0) set.fail("set is not sorted");
  }
}

function checkPrimitive(node: DerNode, length: number): void {
  const first = node.root[node.contentStart] ?? 0;
  const second = node.root[node.contentStart + 1] ?? 0;
  switch (node.tag) {
    case TAG.boolean:
      if (length !== 1 || (first !== 0 && first !== 0xff)) node.fail("boolean is neither 00 nor FF");
      return;
    case TAG.integer:
    case TAG.enumerated:
      if (length === 0) node.fail("empty integer");
      if (length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
        node.fail("integer is not minimal");
      return;
    case TAG.bitString: {
      if (length === 0 || first > 7 || (length === 1 && first !== 0)) node.fail("malformed bit string");
      const last = node.root[node.end - 1] ?? 0;
      if (length > 1 && (last & ((1 << first) - 1)) !== 0) node.fail("unused bits are not zero");
      return;
    }
    case TAG.null:
      if (length !== 0) node.fail("null with content");
      return;
    case TAG.oid: {
      const { root, contentStart, end } = node;
      if (length === 0 || (root[end - 1] ?? 0) >= 0x80) node.fail("truncated object identifier");
      for (let at = contentStart; at < end; at += 1) {
        // An arc may not begin with a padding septet (X.690 8.19.2).
        if (root[at] === 0x80 && (at === contentStart || (root[at - 1] ?? 0) < 0x80))
          node.fail("object identifier is not minimal");
      }
      return;
    }
    case 0x00:
    case 0x10:
    case 0x11:
      node.fail("tag is not allowed in DER");
  }
}
