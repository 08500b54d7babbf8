import process from "node:process";
import { expect, test } from "vitest";
import { isProblem } from "../../server/kernel/problem.ts";
import * as der from "../../server/pki/der.ts";
import { encodeName } from "../../server/pki/distinguished-name.ts";
import { subjectAltName } from "../../server/pki/extensions.ts";
import { OID, parseCsr, requireStrongKey, toPem, verifyCsrSignature } from "../../server/pki/index.ts";
import { algorithmIdentifier } from "../../server/pki/signature-algorithms.ts";

/** Requests made to be slow to read, each within 16 KiB or far beyond it: named, and never a second of work. */

const SUBJECT = encodeName([{ type: "CN", value: "www.example.jp" }]);
const rsa = (modulus: Uint8Array, exponent: Uint8Array = Uint8Array.of(1, 0, 1)) =>
  der.sequence(
    der.sequence(der.oid(OID.rsaEncryption), der.nullValue()),
    der.bitString(der.sequence(der.integerFromBytes(modulus), der.integerFromBytes(exponent))),
  );
/** All ones but for the last byte, so that it is odd and as long as can be. */
const giant = (bytes: number) => new Uint8Array(bytes).fill(0xff).with(bytes - 1, 0x0d);
const request = (spki: Uint8Array, attributes: readonly Uint8Array[] = [], signature = new Uint8Array(256)) =>
  der.sequence(
    der.sequence(der.integer(0), SUBJECT, spki, der.constructed(0xa0, attributes)),
    algorithmIdentifier("sha256WithRSAEncryption"),
    der.bitString(signature),
  );
const nested = (depth: number) => {
  let inner: Uint8Array = der.nullValue();
  for (let i = 0; i < depth; i += 1) inner = der.sequence(inner);
  return inner;
};
const extensions = (names: readonly string[]) =>
  der.sequence(der.oid(OID.extensionRequest), der.setOf([der.sequence(subjectAltName(names))]));
const many = (count: number, make: (i: number) => string) => Array.from({ length: count }, (_, i) => make(i));

test.each<[string, () => string | Uint8Array, readonly string[]]>([
  ["a modulus of 64,000 bits", () => request(rsa(giant(8000))), ["key-weak"]],
  ["a modulus that fills the request", () => request(rsa(giant(15_000))), ["csr-malformed"]],
  [
    "a modulus of 8,192 bits, searched through",
    () => request(rsa(giant(1024))),
    ["key-weak", "csr-signature-broken"],
  ],
  ["an exponent of 60,000 bits", () => request(rsa(giant(256), giant(7500))), ["key-weak"]],
  [
    "an exponent of 256 bits",
    () => request(rsa(giant(256), giant(32))),
    ["key-weak", "csr-signature-broken"],
  ],
  [
    "a signature of 14 KiB",
    () => request(rsa(giant(256)), [], new Uint8Array(14_000)),
    ["key-weak", "csr-signature-broken"],
  ],
  ["4,000 levels", () => nested(4000), ["csr-malformed", "csr-too-large"]],
  [
    "7,000 elements",
    () => der.sequence(...Array.from({ length: 7000 }, () => der.nullValue())),
    ["csr-malformed"],
  ],
  [
    "1,000 attributes",
    () =>
      request(
        rsa(giant(256)),
        Array.from({ length: 1000 }, () => der.sequence(der.oid("1.2.3"), der.setOf([]))),
      ),
    ["key-weak", "csr-signature-broken"],
  ],
  [
    "1,300 names",
    () => request(rsa(giant(256)), [extensions(many(1300, (i) => `a${i}.jp`))]),
    ["key-weak", "csr-signature-broken", "csr-too-large"],
  ],
  [
    "an object identifier of 12 KiB",
    () => der.sequence(der.tlv(6, new Uint8Array(12_000).fill(0x81).with(-1, 1))),
    ["csr-malformed"],
  ],
  [
    "an extension inside an extension, 60 times",
    () => request(rsa(giant(256)), [der.sequence(der.oid(OID.extensionRequest), der.setOf([nested(60)]))]),
    ["key-weak", "csr-malformed", "csr-signature-broken"],
  ],
  ["16 KiB of hyphens", () => "-".repeat(16_000), ["csr-not-pem"]],
  ["16 KiB of line ends", () => "\r\n".repeat(8000), ["csr-not-pem"]],
  [
    "300 beginnings without an end",
    () => "-----BEGIN CERTIFICATE REQUEST-----\n".repeat(400),
    ["csr-not-pem"],
  ],
  ["100 requests", () => toPem("CERTIFICATE REQUEST", Uint8Array.of(0x30, 0)).repeat(100), ["csr-not-pem"]],
  [
    "blanks before the end",
    () => `-----BEGIN CERTIFICATE REQUEST-----${" ".repeat(15_000)}x`,
    ["csr-not-pem"],
  ],
  [
    "base64 that ends in the wrong place",
    () => `-----BEGIN CERTIFICATE REQUEST-----\n${"A".repeat(15_001)}\n-----END CERTIFICATE REQUEST-----`,
    ["csr-not-pem", "csr-malformed"],
  ],
  ["a megabyte of hyphens", () => "-".repeat(1 << 20), ["csr-too-large"]],
  ["a megabyte of beginnings", () => "-----BEGIN ".repeat(100_000), ["csr-too-large"]],
  ["a megabyte of blanks", () => " ".repeat(1 << 20), ["csr-too-large"]],
  ["a megabyte of zeros", () => new Uint8Array(1 << 20), ["csr-too-large"]],
])("%s", async (_what, make, codes) => {
  const input = make();
  const before = process.cpuUsage();
  let code = "accepted";
  try {
    const csr = parseCsr(input);
    requireStrongKey(csr.publicKey);
    await verifyCsrSignature(csr);
  } catch (error) {
    if (!isProblem(error)) throw error;
    code = error.code;
  }
  const { user, system } = process.cpuUsage(before);
  expect(codes).toContain(code);
  expect((user + system) / 1000).toBeLessThan(1000);
});
