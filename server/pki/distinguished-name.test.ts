import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDer } from "./der-reader.ts";
import {
  encodeName,
  NAME_ATTRIBUTES,
  type NameAttributeType,
  operatorSubject,
  printName,
  readName,
  subjectFor,
  type VettedSubject,
} from "./distinguished-name.ts";

const record: VettedSubject = {
  country: "JP",
  ja: { stateOrProvince: "東京都", locality: "千代田区", organization: "株式会社例示商事" },
  en: { stateOrProvince: "TOKYO", locality: "Chiyoda-ku", organization: "Example Trading Co., Ltd." },
  ev: {
    businessCategory: "Private Organization",
    jurisdictionCountry: "JP",
    registrationNumber: "000012050002",
  },
};

describe("subjects", () => {
  it.each([
    ["OV", "ja", "CN=www.example.jp, O=株式会社例示商事, L=千代田区, ST=東京都, C=JP"],
    ["OV", "en", "CN=www.example.jp, O=Example Trading Co.\\, Ltd., L=Chiyoda-ku, ST=TOKYO, C=JP"],
    [
      "EV",
      "ja",
      "CN=www.example.jp, O=株式会社例示商事, L=千代田区, ST=東京都, C=JP, serialNumber=000012050002, jurisdictionC=JP, businessCategory=Private Organization",
    ],
  ] as const)("%s in %s", (product, language, printed) => {
    expect(printName(subjectFor(product, record, language, "www.example.jp"))).toBe(printed);
  });

  it("leave out a CN of more than 64 characters", () => {
    const types = (name: string) => subjectFor("OV", record, "ja", name).map(({ type }) => type);
    expect(types(`${"a".repeat(61)}.jp`)).toContain("CN");
    expect(types(`${"a".repeat(62)}.jp`)).not.toContain("CN");
  });

  it("in English need the English fields, EV the registry's", () => {
    expect(() => subjectFor("OV", { ...record, en: null }, "en", null)).toThrow("english-fields-missing");
    expect(() => subjectFor("EV", { ...record, ev: null }, "ja", null)).toThrow("ev-not-enabled");
  });

  it("of operators carry the siteId", () => {
    expect(
      printName(operatorSubject({ commonName: "鈴木 一郎", organization: "例示商事", siteId: "S-000123" })),
    ).toBe("CN=鈴木 一郎, UID=S-000123, O=例示商事, C=JP");
  });
});

describe("encoding", () => {
  it.each((Object.keys(NAME_ATTRIBUTES) as NameAttributeType[]).filter((type) => type !== "emailAddress"))(
    "%s holds its limit in characters and no more",
    (type) => {
      const { limit, string } = NAME_ATTRIBUTES[type];
      const letter = string === "utf8" ? "𠮷" : "A";
      expect(() => encodeName([{ type, value: letter.repeat(limit) }])).not.toThrow();
      expect(() => encodeName([{ type, value: letter.repeat(limit + 1) }])).toThrow(RangeError);
      expect(() => encodeName([{ type, value: "" }])).toThrow(RangeError);
    },
  );

  it("refuses Japanese where PrintableString stands, and unknown types", () => {
    expect(() => encodeName([{ type: "C", value: "日本" }])).toThrow(RangeError);
    expect(() => encodeName([{ type: "2.5.4.99", value: "x" }])).toThrow(RangeError);
    expect(() => encodeName([{ type: "toString", value: "x" }])).toThrow(RangeError);
  });

  it("reads back what it wrote, for any text", () => {
    const value = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => text.isWellFormed());
    const attribute = fc.record({ type: fc.constantFrom("ST", "L", "O", "CN", "UID"), value });
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 6 }), (name) => {
        const read = readName(readDer(encodeName(name), { name: "name", maxBytes: 10_000 }));
        expect(read.map(({ type, value }) => ({ type, value }))).toEqual(name);
      }),
      { numRuns: 200 },
    );
  });
});

it("printing escapes what RFC 4514 escapes, and control characters", () => {
  expect(printName([{ type: "O", value: ' #a,b+"c"\\<>;\u0000\n ' }])).toBe(
    'O=\\ #a\\,b\\+\\"c\\"\\\\\\<\\>\\;\\00\\0a\\ ',
  );
});
