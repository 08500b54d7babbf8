import { describe, expect, test } from "vitest";
import { searchTerm } from "./search-term.ts";

const digest = "0123456789abcdef".repeat(4);

describe("what was typed into the search field", () => {
  test.each([
    ["", { kind: "all" }],
    [" ＊ ", { kind: "all" }],
    ["www.example.co.jp", { kind: "name", match: "exact", key: "www.example.co.jp" }],
    ["ＷＷＷ．Example．CO．jp", { kind: "name", match: "exact", key: "www.example.co.jp" }],
    ["www.example.co.jp.", { kind: "name", match: "exact", key: "www.example.co.jp" }],
    ["https://www.example.co.jp:8443/login?x=1", { kind: "name", match: "exact", key: "www.example.co.jp" }],
    ["例え.jp", { kind: "name", match: "exact", key: "xn--r8jz45g.jp" }],
    ["203.0.113.7", { kind: "name", match: "exact", key: "203.0.113.7" }],
    ["2001:db8::1", { kind: "name", match: "exact", key: "2001:db8::1" }],
    ["www.exa*", { kind: "name", match: "prefix", key: "www.exa" }],
    ["www", { kind: "name", match: "prefix", key: "www" }],
    ["www.*", { kind: "name", match: "prefix", key: "www." }],
    ["www.例え.*", { kind: "name", match: "prefix", key: "www.xn--r8jz45g." }],
    ["*.example.co.jp", { kind: "name", match: "domain", key: "jp.co.example." }],
    [".example.co.jp", { kind: "name", match: "domain", key: "jp.co.example." }],
    ["*。例え。jp", { kind: "name", match: "domain", key: "jp.xn--r8jz45g." }],
    [".jp", { kind: "name", match: "domain", key: "jp." }],
    ["40AF:00", { kind: "serial", key: "40af00" }],
    ["40:AF:00", { kind: "serial", key: "40af00" }],
    ["40 af 00 1", { kind: "serial", key: "40af001" }],
    ["0x40AF", { kind: "serial", key: "40af" }],
    ["40af0012", { kind: "serial", key: "40af0012" }],
    ["40af0012*", { kind: "serial", key: "40af0012" }],
    ["40af001", { kind: "name", match: "prefix", key: "40af001" }],
    [digest.toUpperCase(), { kind: "digest", key: digest }],
    [(digest.match(/../g) ?? []).join(":"), { kind: "digest", key: digest }],
    [digest.slice(1), { kind: "unreadable" }],
    ["R-20261121-7K3QXZ", { kind: "receipt", key: "R-20261121-7K3QXZ" }],
    ["r-2026", { kind: "receipt", key: "R-2026" }],
    ["株式会社青葉", { kind: "organization", key: "株式会社青葉" }],
    ["Aoba Holdings", { kind: "organization", key: "Aoba Holdings" }],
    ["a*b*", { kind: "unreadable" }],
    ["%' OR 1=1 --", { kind: "organization", key: "%' OR 1=1 --" }],
    ["\u0000", { kind: "unreadable" }],
  ])("%j", (typed, term) => {
    expect(searchTerm(typed)).toEqual(term);
  });

  test("whatever is typed is read as something", () => {
    for (const typed of [
      "*".repeat(300),
      ":".repeat(300),
      "0x",
      "http://",
      ".",
      "*.",
      "..",
      "- -",
      "\ud800",
    ]) {
      expect(searchTerm(typed).kind).toMatch(/all|name|serial|digest|receipt|organization|unreadable/);
    }
  });
});
