import * as der from "../../server/pki/der.ts";
import { type DerNode, readDer } from "../../server/pki/der-reader.ts";

/** Chance that comes back with its seed: a failure names the seed, and the seed brings it back. */
export interface Chance {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
}

/** xorshift32 with a multiplication: plenty for choosing where to damage something. */
export function chance(seed: number): Chance {
  let state = seed | 0 || 1;
  const below = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((Math.imul(state, 0x9e3779b1) >>> 0) / 2 ** 32) * limit);
  };
  return {
    below,
    pick(from) {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new RangeError("nothing to pick from");
      return picked;
    },
  };
}

type Mutation = (bytes: Uint8Array, of: Chance, corpus: readonly Uint8Array[]) => Uint8Array;

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const noise = (of: Chance, length: number) => Uint8Array.from({ length }, () => of.below(256));
/** Bytes that mean something to a reader of lengths and tags. */
const TELLING = [
  0, 1, 0x02, 0x03, 0x05, 0x06, 0x0c, 0x13, 0x1e, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xa3, 0xff,
];

/** Damage that knows nothing of what it damages. */
const BLIND: readonly Mutation[] = [
  (bytes, of) => {
    const at = of.below(bytes.length);
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << of.below(8)));
  },
  (bytes, of) => bytes.with(of.below(bytes.length), of.below(256)),
  (bytes, of) => bytes.with(of.below(bytes.length), of.pick(TELLING)),
  (bytes, of) => bytes.slice(0, of.below(bytes.length)),
  (bytes, of) => {
    const at = of.below(bytes.length);
    return join(bytes.subarray(0, at), noise(of, 1 + of.below(8)), bytes.subarray(at));
  },
  (bytes, of) => {
    const at = of.below(bytes.length);
    return join(bytes.subarray(0, at), bytes.subarray(at + 1 + of.below(16)));
  },
  (bytes, of) => {
    const [from, length] = [of.below(bytes.length), 1 + of.below(64)];
    const at = of.below(bytes.length);
    return join(bytes.subarray(0, at), bytes.subarray(from, from + length), bytes.subarray(at));
  },
  (bytes, of, corpus) => {
    const other = of.pick(corpus);
    return join(bytes.subarray(0, of.below(bytes.length)), other.subarray(of.below(other.length)));
  },
];

/** Damage to one element of the tree, with every length around it put right: it reaches what lies behind the reader. */
function damageElement(bytes: Uint8Array, of: Chance, corpus: readonly Uint8Array[]): Uint8Array {
  const nodes = elements(bytes);
  const chosen = of.pick(nodes);
  const { content } = chosen;
  const replacement = [
    () => der.tlv(chosen.tag, noise(of, of.below(content.length + 4))),
    () =>
      der.tlv(
        chosen.tag,
        content.length === 0 ? content : content.with(of.below(content.length), of.below(256)),
      ),
    () => der.tlv(of.pick(TELLING), content),
    () => new Uint8Array(),
    () => join(chosen.der, chosen.der),
    () => of.pick(nodes).der,
    () => of.pick(elements(of.pick(corpus))).der,
    () => der.tlv(chosen.tag, join(content, of.pick(nodes).der)),
    () => der.tlv(chosen.tag, new Uint8Array()),
  ];
  return rebuilt(chosen, of.pick(replacement)());
}

function elements(bytes: Uint8Array): DerNode[] {
  const found: DerNode[] = [];
  const visit = (node: DerNode) => {
    found.push(node);
    for (const child of node.children) visit(child);
  };
  visit(readDer(bytes, { name: "seed", maxBytes: 1 << 20 }));
  return found;
}

/** The outermost element anew, with `node` replaced. */
function rebuilt(node: DerNode, replacement: Uint8Array): Uint8Array {
  if (node.parent === null) return replacement;
  const parts = node.parent.children.map((child) => (child === node ? replacement : child.der));
  return rebuilt(node.parent, der.constructed(node.parent.tag, parts));
}

/** One to three damages on top of each other; half of them know the tree. */
export function mutate(seed: Uint8Array, of: Chance, corpus: readonly Uint8Array[]): Uint8Array {
  if (of.below(2) === 0) return damageElement(seed, of, corpus);
  let bytes = seed;
  for (let times = 1 + of.below(3); times > 0 && bytes.length > 0; times -= 1)
    bytes = of.pick(BLIND)(bytes, of, corpus);
  return bytes;
}

/** The same bytes out of the tree that was read from them; whatever is accepted has one spelling. */
export function writtenAgain(node: DerNode): Uint8Array {
  return node.children.length === 0
    ? der.tlv(node.tag, node.content)
    : der.constructed(node.tag, node.children.map(writtenAgain));
}
