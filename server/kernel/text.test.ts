import { expect, test } from "vitest";
import {
  katakana,
  listed,
  normalizeDomain,
  normalizeNumber,
  normalizePhone,
  normalizePostalCode,
  parseDay,
  searchVariants,
} from "./text.ts";

test.each([
  ["010001000001", "010001000001"],
  ["０１０００１０００００１", "010001000001"],
  [" 0100-01-000001 ", "010001000001"],
  ["0100−01‐000001", "010001000001"],
  ["０１００ー０１－０００００１", "010001000001"],
  ["0100ｰ01–000001", "010001000001"],
  ["0100 01　000001", "010001000001"],
  ["A0100", "A0100"],
])("number %s", (typed, stored) => expect(normalizeNumber(typed)).toBe(stored));

test.each([
  ["100-0001", "100-0001"],
  ["1000001", "100-0001"],
  ["〒１００ー０００１", "100-0001"],
  ["〒 100−0001", "100-0001"],
  ["１００‐０００１", "100-0001"],
  ["100-001", "100-001"],
  ["千代田区", "千代田区"],
])("postcode %s", (typed, stored) => expect(normalizePostalCode(typed)).toBe(stored));

test.each([
  ["03-1234-5678", "03-1234-5678"],
  ["０３ー１２３４−５６７８", "03-1234-5678"],
  ["（０３）１２３４－５６７８", "03-1234-5678"],
  ["(03) 1234 5678", "03-1234-5678"],
  ["0312345678", "0312345678"],
  ["+81 3-1234-5678", "+81-3-1234-5678"],
  ["＋８１‐３‐１２３４‐５６７８", "+81-3-1234-5678"],
])("phone %s", (typed, stored) => expect(normalizePhone(typed)).toBe(stored));

test.each([
  ["WWW.Example.co.jp", "www.example.co.jp"],
  ["ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏ．ｊｐ", "www.example.co.jp"],
  ["www。example。co。jp", "www.example.co.jp"],
  ["my−shop.example", "my-shop.example"],
  ["my‐shop.example", "my-shop.example"],
  ["myーshop.example", "my-shop.example"],
  ["サーバー.jp", "サーバー.jp"],
  ["ｻｰﾊﾞｰ.jp", "サーバー.jp"],
  ["日本語ー1.jp", "日本語-1.jp"],
])("domain %s", (typed, stored) => expect(normalizeDomain(typed)).toBe(stored));

test.each([
  ["やまだ　たろう", "ヤマダ タロウ"],
  ["ヤマダ タロウ", "ヤマダ タロウ"],
  ["ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"],
  ["おーた", "オータ"],
  ["ゔぁいおりん", "ヴァイオリン"],
])("reading %s", (typed, stored) => expect(katakana(typed)).toBe(stored));

test("a list is lines, commas of either kind, or spaces", () => {
  expect(listed(" a.jp, b.jp\r\nc.jp、d.jp，e.jp;\n\n　f.jp ")).toEqual([
    "a.jp",
    "b.jp",
    "c.jp",
    "d.jp",
    "e.jp",
    "f.jp",
  ]);
});

test.each([
  ["2026-11-21", "2026-11-21"],
  ["2026/11/1", "2026-11-01"],
  ["２０２６年１１月２１日", "2026-11-21"],
  ["R8.11.21", "2026-11-21"],
  ["r8-11-21", "2026-11-21"],
  ["令和８年１１月２１日", "2026-11-21"],
  ["令和元年5月1日", "2019-05-01"],
  ["H31.4.30", "2019-04-30"],
  ["S64/1/7", "1989-01-07"],
  ["2024-02-29", "2024-02-29"],
])("day %s", (typed, day) => expect(parseDay(typed)?.toString()).toBe(day));

test.each(["2026-02-29", "2026-13-01", "26/11/21", "tomorrow", "", "2026-11"])("no day: %s", (typed) =>
  expect(parseDay(typed)).toBeNull(),
);

test("a name is searched as typed, in half width, and in full width in both cases", () => {
  expect(searchVariants(" Abc商事 ")).toEqual(["Abc商事", "ＡＢＣ商事", "ａｂｃ商事"]);
  expect(searchVariants("ＡＢＣ")).toEqual(["ＡＢＣ", "ABC", "ａｂｃ"]);
  expect(searchVariants("青葉")).toEqual(["青葉"]);
  expect(searchVariants("  ")).toEqual([]);
});
