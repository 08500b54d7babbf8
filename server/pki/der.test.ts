import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as der from "./der.ts";
import { DerError, type DerNode, readDer } from "./der-reader.ts";

const LIMITS = { name: "test", maxBytes: 100_000 };
const read = (bytes: Uint8Array) => readDer(bytes, LIMITS);
const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));

describe("what the writer writes", () => {
  it.each([
    ["integer 0", der.integer(0), "020100"],
    ["integer 127", der.integer(127), "02017f"],
    ["integer 128", der.integer(128), "02020080"],
    ["integer 256", der.integer(256n), "02020100"],
    ["integer out of bytes with zeros in front", der.integerFromBytes(hex("0000ff")), "020200ff"],
    ["oid", der.oid("1.2.840.113549.1.1.11"), "06092a864886f70d01010b"],
    [
      "oid under 2.25 with 128 bits",
      der.oid("2.25.340282366920938463463374607431768211455"),
      "0614 69 83ffffffffffffffffffffffffffffffffff7f",
    ],
    [
      "UTCTime in the last second of 2049",
      der.time(Temporal.Instant.from("2049-12-31T23:59:59Z")),
      "170d3439313233313233353935395a",
    ],
    [
      "GeneralizedTime in the first of 2050",
      der.time(Temporal.Instant.from("2050-01-01T00:00:00Z")),
      "180f32303530303130313030303030305a",
    ],
    ["named bits 0 and 2", der.namedBits([0, 2]), "030205a0"],
    ["named bit 8", der.namedBits([8]), "0303070080"],
    ["a set in the order of its encodings", der.setOf([der.integer(2), der.integer(1)]), "3106020101020102"],
    ["true", der.boolean(true), "0101ff"],
  ])("%s", (_what, bytes, expected) => expect(bytes.toHex()).toBe(expected.replaceAll(" ", "")));

  it("lengths around every boundary", () => {
    for (const length of [0, 127, 128, 255, 256, 65535, 65536]) {
      const node = read(der.octetString(new Uint8Array(length)));
      expect(node.octets().length).toBe(length);
    }
  });

  it.each([
    ["nanoseconds", () => der.time(Temporal.Instant.fromEpochNanoseconds(1_700_000_000_000_000_001n))],
    ["fractions of a second", () => der.time(Temporal.Instant.from("2026-01-01T00:00:00.5Z"))],
    ["times before 1950", () => der.time(Temporal.Instant.from("1949-12-31T23:59:59Z"))],
    ["an at sign in a PrintableString", () => der.printableString("a@b")],
    ["Japanese in an IA5String", () => der.ia5("日本")],
    ["a lone surrogate", () => der.utf8String("\ud800")],
    ["negative integers", () => der.integer(-1)],
  ])("never %s", (_what, write) => expect(write).toThrow(RangeError));
});

describe("the reader refuses", () => {
  it.each([
    ["nothing at all", "", "truncated"],
    ["half a header", "30", "truncated"],
    ["content cut short", "300302", "truncated"],
    ["trailing bytes", "020100 00", "trailing bytes"],
    ["indefinite length", "3080 020100 0000", "indefinite length"],
    ["a long form for a short length", "30 8103 020100", "length is not minimal"],
    ["zeros in front of a length", "04 820080".concat("00".repeat(128)), "length is not minimal"],
    ["a length of five bytes", "04 850000000001 00", "length too large"],
    ["high tag numbers", "1f8101 00", "high tag number"],
    ["an integer with zeros in front", "02020001", "integer is not minimal"],
    ["an integer with ones in front", "0202ff80", "integer is not minimal"],
    ["an empty integer", "0200", "empty integer"],
    ["TRUE as 01", "010101", "boolean is neither 00 nor FF"],
    ["a null with content", "050100", "null with content"],
    ["an OID that ends in the middle", "06022a86", "truncated object identifier"],
    ["an OID with a padding septet", "06032a8001", "object identifier is not minimal"],
    ["unused bits that are set", "030205a1", "unused bits are not zero"],
    ["eight unused bits", "03020800", "malformed bit string"],
    ["a set out of order", "3106020102020101", "set is not sorted"],
    ["a constructed OCTET STRING", "2403040100", "constructed form of a primitive type"],
    ["a primitive SEQUENCE", "1000", "tag is not allowed in DER"],
    ["end-of-contents", "30020000", "tag is not allowed in DER"],
  ])("%s", (_what, bytes, why) => {
    expect(() => read(hex(bytes))).toThrowError(expect.objectContaining({ name: "DerError", why }));
  });

  it("nesting beyond its depth and sizes beyond its limit", () => {
    let nested = der.sequence();
    for (let i = 0; i < 200; i += 1) nested = der.sequence(nested);
    expect(() => read(nested)).toThrow("nested too deeply");
    expect(() => readDer(new Uint8Array(11), { name: "x", maxBytes: 10 })).toThrow("too large");
  });

  it.each([
    ["UTCTime without seconds", "170b 32363131323130303030 5a", "malformed UTCTime"],
    ["UTCTime with an offset", "1711 3236313132313030303030302b30393030", "malformed UTCTime"],
    ["a 30th of February", "170d 3236303233303030303030305a", "no such time"],
    ["a leap second", "170d 3136313233313233353936305a", "no such time"],
    ["a fraction", "1811 32303530303130313030303030302e355a", "malformed time"],
  ])("%s", (_what, bytes, why) => {
    expect(() => read(hex(bytes)).time()).toThrowError(expect.objectContaining({ why }));
  });

  it("with the place in words", () => {
    const node = read(der.sequence(der.sequence(der.integer(1))));
    expect(() => node.child(0, "inner").child(0, "number").expect(0x30)).toThrowError(
      expect.objectContaining({ at: "test.inner.number" }),
    );
  });
});

/** Any tree at all, with the bytes that the writer makes of it. */
const tree: fc.Arbitrary<Uint8Array> = fc.letrec<{ node: Uint8Array }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    fc.bigInt({ min: 0n, max: 1n << 200n }).map(der.integer),
    fc
      .string({ unit: "grapheme" })
      .filter((text) => text.isWellFormed())
      .map(der.utf8String),
    fc.uint8Array({ maxLength: 300 }).map(der.octetString),
    fc.uint8Array({ maxLength: 40 }).map(der.bitString),
    fc.uniqueArray(fc.nat(8)).map(der.namedBits),
    fc.boolean().map(der.boolean),
    fc.array(fc.nat(2 ** 31), { maxLength: 8 }).map((arcs) => der.oid(["2", "5", ...arcs].join("."))),
    fc.array(tie("node"), { maxLength: 5 }).map(der.sequenceOf),
    fc.array(tie("node"), { maxLength: 5 }).map(der.setOf),
    fc.array(tie("node"), { maxLength: 3 }).map((parts) => der.context(3, ...parts)),
  ),
})).node;

function rewrite(node: DerNode): Uint8Array {
  return (node.tag & 0x20) === 0
    ? der.tlv(node.tag, node.content)
    : der.constructed(node.tag, node.children.map(rewrite));
}

/** Touches everything a caller may ask of a node. */
function explore(node: DerNode): void {
  for (const question of [
    () => node.oid(),
    () => node.text(),
    () => node.time(),
    () => node.bitPositions(),
    () => node.integer(),
    () => node.smallInteger(),
  ]) {
    try {
      question();
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
    }
  }
  for (const child of node.children) explore(child);
}

describe("times", () => {
  it("are written and read as Temporal does, from 1950 to 9999", () => {
    const first = Temporal.Instant.from("1950-01-01T00:00:00Z").epochMilliseconds / 1000;
    const last = Temporal.Instant.from("9999-12-31T23:59:59Z").epochMilliseconds / 1000;
    const edges = [
      "1999-12-31T23:59:59Z",
      "2000-02-29T00:00:00Z",
      "2024-02-29T23:59:59Z",
      "2100-02-28T23:59:59Z",
    ];
    const second = fc.oneof(
      fc.integer({ min: first, max: last }),
      fc.constantFrom(
        first,
        last,
        ...edges.map((text) => Temporal.Instant.from(text).epochMilliseconds / 1000),
      ),
    );
    fc.assert(
      fc.property(second, (seconds) => {
        const at = Temporal.Instant.fromEpochMilliseconds(seconds * 1000);
        const node = read(der.time(at));
        expect(node.time().toString()).toBe(at.toString());
        const digits = Buffer.from(node.content).toString().slice(0, -1);
        const expected = at.toString().replaceAll(/[-:TZ]/g, "");
        expect(node.is(der.TAG.utcTime) ? expected.slice(2) : expected).toBe(digits);
      }),
      { numRuns: 800 },
    );
  });
});

describe("for any bytes", () => {
  it("reading and writing again gives the same bytes", () => {
    fc.assert(
      fc.property(tree, (bytes) => {
        expect(rewrite(read(bytes)).toHex()).toBe(bytes.toHex());
      }),
      { numRuns: 400 },
    );
  });

  it("whatever is accepted has only one spelling, and nothing but DerError is thrown", () => {
    const mutated = fc
      .tuple(tree, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
      .map(([bytes, changes]) => {
        const copy = Uint8Array.from(bytes);
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        try {
          const node = read(bytes);
          explore(node);
          expect(rewrite(node).toHex()).toBe(bytes.toHex());
        } catch (error) {
          if (!(error instanceof DerError)) throw error;
        }
      }),
      { numRuns: 800 },
    );
  });
});
