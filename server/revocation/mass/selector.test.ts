import { expect, test } from "vitest";
import { isProblem } from "../../kernel/problem.ts";
import { readKeyHash, readSerials, SET_LIMIT } from "./selector.ts";

const outcome = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    if (isProblem(error)) return [error.code, error.params];
    throw error;
  }
};
const A = "403f2a9c0b71e4d865403f2a9c0b71e4d8";
const B = "40aa2a9c0b71e4d865403f2a9c0b71e4d8";

test.each<[string, string, unknown]>([
  ["one a line", `${A}\n${B}`, [A, B]],
  ["in capitals, with colons, blanks and 0x", `0x${A.toUpperCase()}\r\n${B.match(/../g)?.join(":")}`, [A, B]],
  ["with a sign byte in front", `00${A}`, [A]],
  ["full width", A.replaceAll("4", "４"), [A]],
  ["twice is once", `${A}\n\n${A}\n`, [A]],
  ["the first column of a CSV with a header", `serial,why\n"${A}",bad\n${B};x`, [A, B]],
  ["no serial at all", "hello", ["mass-revocation-serial", { line: "hello" }]],
  ["nothing", " \n ", ["mass-revocation-serial", { line: "" }]],
  ["one bad line among good ones", `${A}\n${B}\nxyz`, ["mass-revocation-serial", { line: "xyz" }]],
  ["longer than 20 octets", "4".repeat(42), ["mass-revocation-serial", { line: "4".repeat(42) }]],
])("serials: %s", (_name, text, expected) => {
  expect(outcome(() => readSerials(text))).toEqual(expected);
});

test("more serials than one person can answer for", () => {
  const many = Array.from({ length: SET_LIMIT + 1 }, (_, index) => (index + 0x40000000).toString(16));
  expect(outcome(() => readSerials(many.join("\n")))).toEqual([
    "mass-revocation-too-many",
    { limit: SET_LIMIT },
  ]);
});

test("a key's hash in any spelling, and nothing else", () => {
  const hash = "ab".repeat(32);
  expect(readKeyHash(` ${hash.toUpperCase().match(/../g)?.join(":")} `)).toBe(hash);
  expect(outcome(() => readKeyHash("ab".repeat(31)))).toEqual(["mass-revocation-key", {}]);
});
