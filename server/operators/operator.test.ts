import { describe, expect, test } from "vitest";
import {
  freeCommonName,
  isOperatorCommonName,
  mayRemove,
  OPERATOR_STATES,
  proposedCommonName,
  stateAfterIssue,
  WORKING_OPERATOR_STATES,
} from "./operator.ts";

test.each([
  ["T.YAMADA", true],
  ["T.YAMADA2", true],
  ["T.YAMADA99", true],
  ["T.YAMADA100", false],
  ["T.ABCDEFGHIJKLM", true], // 15
  ["T.ABCDEFGHIJKLMN", false],
  ["T.YAMADA-SATO", false],
  ["t.yamada", false],
  ["TY.AMADA", false],
  ["T.", false],
  ["T.2", false],
  ["T.YAMADA\n", false],
  [" T.YAMADA", false],
  ["Ｔ．ＹＡＭＡＤＡ", false],
])("%j is an operator's common name: %s", (text, right) => {
  expect(isOperatorCommonName(text)).toBe(right);
});

describe("a namesake", () => {
  test.each([
    { wanted: "T.YAMADA", taken: [], gets: "T.YAMADA" },
    { wanted: "T.YAMADA", taken: ["T.YAMADA"], gets: "T.YAMADA2" },
    { wanted: "T.YAMADA", taken: ["T.YAMADA", "T.YAMADA2", "T.YAMADA4"], gets: "T.YAMADA3" },
    { wanted: "T.YAMADA2", taken: ["T.YAMADA2"], gets: "T.YAMADA3" },
    { wanted: "T.YAMADA7", taken: ["T.YAMADA"], gets: "T.YAMADA7" },
    { wanted: "T.ABCDEFGHIJKLM", taken: ["T.ABCDEFGHIJKLM"], gets: null },
    // 14 characters leave room for one digit, not for two
    {
      wanted: "T.ABCDEFGHIJKL",
      taken: ["T.ABCDEFGHIJKL", ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `T.ABCDEFGHIJKL${n}`)],
      gets: null,
    },
  ])("who wants $wanted gets $gets", ({ wanted, taken, gets }) => {
    expect(freeCommonName(wanted, taken)).toBe(gets);
  });
});

test("only who works counts as the last, and a removed or suspended operator gets no certificate", () => {
  for (const state of OPERATOR_STATES) {
    expect(mayRemove(state, 0)).toBe(!WORKING_OPERATOR_STATES.includes(state));
    expect(mayRemove(state, 1)).toBe(true);
    expect(stateAfterIssue(state) === null).toBe(state === "SUSPENDED" || state === "REMOVED");
  }
});

test.each([
  ["Taro", "Yamada", "T.YAMADA"],
  ["太郎 Tarō", "Ōta", "T.OTA"],
  ["ｔａｒｏ", "ｙａｍａｄａ", "T.YAMADA"],
  ["Jun'ichi", "Kan'no", "J.KANNO"],
  ["Taro", "Kamikawachiyamashita", "T.KAMIKAWACHIYA"],
  ["太郎", "山田", null],
  ["", "Yamada", null],
])("romaji %s %s propose %s", (given, family, name) => {
  const proposed = proposedCommonName(given, family);
  expect(proposed).toBe(name);
  if (proposed !== null) expect(isOperatorCommonName(proposed)).toBe(true);
});
