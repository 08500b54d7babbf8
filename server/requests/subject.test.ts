import { describe, expect, test } from "vitest";
import { isProblem } from "../kernel/problem.ts";
import type { VettedRecord } from "../organizations/index.ts";
import { subjectDifferences, subjectOfRequest } from "./subject.ts";

const RECORD: VettedRecord = {
  state: "VETTED",
  vettedUntil: Temporal.Instant.from("2027-11-21T00:00:00Z"),
  nameJa: "株式会社青葉商事",
  nameEn: "Aoba Trading Co., Ltd.",
  country: "JP",
  prefecture: "東京都",
  localityJa: "千代田区",
  localityEn: "Chiyoda-ku",
  registryNumber: "010001000001",
  evEnabled: true,
  evCategory: "PRIVATE",
};
const printed = (attributes: readonly { type: string; value: string }[]) =>
  attributes.map(({ type, value }) => `${type}=${value}`);

describe("the subject comes from the vetted record", () => {
  test.each([
    ["OV", "ja", ["C=JP", "ST=東京都", "L=千代田区", "O=株式会社青葉商事", "CN=www.example.jp"]],
    ["OV", "en", ["C=JP", "ST=TOKYO", "L=Chiyoda-ku", "O=Aoba Trading Co., Ltd.", "CN=www.example.jp"]],
    [
      "EV",
      "en",
      [
        "businessCategory=Private Organization",
        "jurisdictionC=JP",
        "serialNumber=010001000001",
        "C=JP",
        "ST=TOKYO",
        "L=Chiyoda-ku",
        "O=Aoba Trading Co., Ltd.",
        "CN=www.example.jp",
      ],
    ],
  ] as const)("%s %s", (product, subjectLanguage, expected) => {
    const subject = subjectOfRequest({ product, subjectLanguage, commonName: "www.example.jp" }, RECORD);
    expect(printed(subject)).toEqual(expected);
  });

  test("a private organisation without a number has no EV subject", () => {
    const work = () =>
      subjectOfRequest(
        { product: "EV", subjectLanguage: "ja", commonName: "www.example.jp" },
        { ...RECORD, registryNumber: null },
      );
    expect(work).toThrow(expect.toSatisfy((error: unknown) => isProblem(error, "ev-not-enabled")));
  });
});

test("a CSR's subject is compared without regard to case, width and spaces, and its OU stays out", () => {
  const differences = subjectDifferences(
    [
      { type: "C", value: "JP" },
      { type: "ST", value: "Tokyo" },
      { type: "O", value: "Ａｏｂａ  Trading Co., Ltd." },
      { type: "OU", value: "Web" },
      { type: "CN", value: "old.example.jp" },
    ],
    [
      { type: "C", value: "JP" },
      { type: "ST", value: "TOKYO" },
      { type: "L", value: "Chiyoda-ku" },
      { type: "O", value: "Aoba Trading Co., Ltd." },
      { type: "CN", value: "www.example.jp" },
    ],
  );
  expect(differences.filter(({ same }) => !same)).toEqual([
    { attribute: "L", inCsr: null, inCertificate: "Chiyoda-ku", same: false },
    { attribute: "CN", inCsr: "old.example.jp", inCertificate: "www.example.jp", same: false },
    { attribute: "OU", inCsr: "Web", inCertificate: null, same: false },
  ]);
});
