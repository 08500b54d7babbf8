import { describe, expect, test } from "vitest";
import { requestedNames } from "./requested-names.ts";

const names = (
  product: "OV" | "EV",
  shape: "SINGLE" | "MULTI" | "WILDCARD",
  commonName: string,
  additionalNames = "",
) => {
  const read = requestedNames(product, shape, { commonName, additionalNames });
  return {
    names: read.names,
    problems: read.problems.map(({ field, problem }) => `${field}: ${problem.code}`),
  };
};

describe("names of a request", () => {
  test.each([
    // www. + base domain adds the base domain; other labels add nothing.
    ["OV", "SINGLE", "www.example.co.jp", "", ["www.example.co.jp", "example.co.jp"], []],
    ["OV", "SINGLE", "shop.example.co.jp", "", ["shop.example.co.jp"], []],
    ["OV", "SINGLE", "www.shop.example.co.jp", "", ["www.shop.example.co.jp"], []],
    ["OV", "SINGLE", "www.example.co.jp", "example.co.jp", ["www.example.co.jp", "example.co.jp"], []],
    ["OV", "SINGLE", "WWW.EXAMPLE.CO.JP", "", ["www.example.co.jp", "example.co.jp"], []],
    [
      "OV",
      "MULTI",
      "a.example.jp",
      "b.example.jp, c.example.jp\nb.example.jp",
      ["a.example.jp", "b.example.jp", "c.example.jp"],
      [],
    ],
    ["OV", "MULTI", "日本語.jp", "", ["xn--wgv71a119e.jp"], []],
    ["OV", "WILDCARD", "*.example.jp", "", ["*.example.jp"], []],
    ["OV", "WILDCARD", "*.example.jp", "example.jp", ["*.example.jp", "example.jp"], []],
    ["OV", "SINGLE", "8.8.8.8", "", ["8.8.8.8"], []],
    ["EV", "SINGLE", "www.example.co.jp", "", ["www.example.co.jp", "example.co.jp"], []],
  ] as const)("%s %s %s + %j", (product, shape, commonName, additional, expected, problems) => {
    expect(names(product, shape, commonName, additional)).toEqual({ names: expected, problems });
  });

  test.each([
    ["OV", "SINGLE", "www.example.jp", "shop.example.jp", "additionalNames: shape-mismatch"],
    ["OV", "SINGLE", "*.example.jp", "", "commonName: shape-mismatch"],
    ["OV", "MULTI", "a.example.jp", "*.example.jp", "additionalNames: shape-mismatch"],
    ["OV", "WILDCARD", "www.example.jp", "", "commonName: shape-mismatch"],
    ["OV", "WILDCARD", "*.example.jp", "other.jp", "additionalNames: shape-mismatch"],
    ["EV", "WILDCARD", "*.example.jp", "", "commonName: ev-name-refused"],
    ["EV", "SINGLE", "8.8.8.8", "", "commonName: ev-name-refused"],
    ["EV", "MULTI", "a.example.jp", "8.8.8.8", "additionalNames: ev-name-refused"],
    ["OV", "SINGLE", "localhost", "", "commonName: name-invalid"],
    ["OV", "SINGLE", "server.local", "", "commonName: name-invalid"],
    ["OV", "SINGLE", "10.0.0.1", "", "commonName: name-invalid"],
    ["OV", "MULTI", "a.example.jp", "https://b.example.jp/", "additionalNames: name-invalid"],
  ] as const)("%s %s %s + %j is refused as %s", (product, shape, commonName, additional, problem) => {
    expect(names(product, shape, commonName, additional).problems).toEqual([problem]);
  });

  test("every wrong name is told at once", () => {
    expect(names("OV", "MULTI", "co.jp", "a_b.example.jp, ok.example.jp, localhost").problems).toEqual([
      "commonName: name-invalid",
      "additionalNames: name-invalid",
      "additionalNames: name-invalid",
    ]);
  });

  test("a hundred names are the limit", () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `h${i}.example.jp`).join("\n");
    expect(names("OV", "MULTI", "a.example.jp", many(99)).problems).toEqual([]);
    expect(names("OV", "MULTI", "a.example.jp", many(100)).problems).toEqual([
      "additionalNames: names-too-many",
    ]);
  });

  test("full width, other hyphens and ideographic full stops are what Japanese keyboards give", () => {
    expect(
      names("OV", "MULTI", "ＷＷＷ．ｍｙ−ｓｈｏｐ．ｊｐ", "ａ．example。jp、b.example.jp").names,
    ).toEqual(["www.my-shop.jp", "my-shop.jp", "a.example.jp", "b.example.jp"]);
  });
});
