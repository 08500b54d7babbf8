import { describe, expect, it } from "vitest";
import {
  CONTEXT,
  content,
  EV_SUBJECT,
  ec,
  failures,
  NOW,
  rsa,
  SUBJECT,
  TODAY,
} from "../../../test/pki/lint-content.ts";
import { buildTbsCertificate, type CertificateContent, lastSecond } from "../certificate.ts";
import { encodeName, operatorSubject, staffSubject } from "../distinguished-name.ts";
import { keyIdentifierOf } from "../keys.ts";
import { PROFILES, type ProfileName } from "../profiles.ts";
import { lintTbs } from "./index.ts";

describe("what the builder writes passes every lint", () => {
  it("each profile, with every type of key that it takes", () => {
    const pointers = { crlUrl: null, issuerUrl: null, ocspUrl: null };
    const subject = staffSubject({ commonName: "CA", organization: "印鑑認証" });
    const authority = { subject, names: [], ocspUrl: null };
    const person = operatorSubject({ commonName: "鈴木 一郎", organization: "例示商事", siteId: "S-1" });
    const variants: Record<ProfileName, Partial<CertificateContent>> = {
      ROOT_CA: { ...authority, ...pointers },
      ISSUING_CA_OV: authority,
      ISSUING_CA_EV: authority,
      SERVER_OV: { names: ["www.example.jp", "*.example.jp", "8.8.8.8", "2606:4700::1111"] },
      SERVER_EV: { subject: EV_SUBJECT },
      STAFF_ROOT: { ...authority, ...pointers },
      OPERATOR_CLIENT: { subject: person, ...pointers },
      STAFF_CLIENT: { subject: staffSubject({ commonName: "審査 花子", organization: "印鑑認証" }) },
      SITE_SERVER: {
        subject: staffSubject({ commonName: "localhost", organization: "印鑑認証" }),
        names: ["localhost", "127.0.0.1", "::1"],
        ...pointers,
      },
      OCSP_RESPONDER: {
        subject: staffSubject({ commonName: "OCSP", organization: "印鑑認証" }),
        ...pointers,
      },
    };
    for (const name of Object.keys(PROFILES) as ProfileName[]) {
      const keys = [rsa, ec].filter((key) =>
        PROFILES[name].keys.includes(key.type === "RSA" ? "RSA" : key.curve),
      );
      for (const publicKey of keys) {
        const tbs = buildTbsCertificate(content({ profile: PROFILES[name], publicKey, ...variants[name] }));
        expect.soft(lintTbs(tbs, name, TODAY, CONTEXT), name).toEqual([]);
      }
    }
  });
});

describe("against the records", () => {
  const tbs = () => buildTbsCertificate(content({ serial: "40aa00aa00aa00aa00aa00aa00aa00aa00" }));
  const expected = () => ({
    subject: SUBJECT,
    names: ["www.example.jp", "example.jp"],
    spkiSha256: rsa.spkiSha256,
    serial: "40aa00aa00aa00aa00aa00aa00aa00aa00",
    issuerSubjectDer: content().issuer.subjectDer,
    signatureAlgorithm: content().issuer.signatureAlgorithm,
    issuerKeyIdentifier: content().issuer.keyIdentifier,
    crlUrl: "http://localhost:8080/ov.crl",
    issuerUrl: "http://localhost:8080/ov.cer",
    ocspUrl: "http://localhost:8080/ocsp",
  });
  it("passes when all agree", () =>
    expect(failures(tbs(), "SERVER_OV", { ...CONTEXT, expected: expected() })).toEqual([]));
  it.each([
    ["matches-records", () => ({ subject: SUBJECT.with(3, { type: "O", value: "株式会社別物" }) })],
    ["matches-records", () => ({ names: ["www.example.jp"] })],
    ["matches-records", () => ({ spkiSha256: ec.spkiSha256 })],
    ["matches-records", () => ({ serial: "40aa00aa00aa00aa00aa00aa00aa00aa01" })],
    ["matches-records", () => ({ issuerSubjectDer: encodeName(SUBJECT) })],
    ["signature-algorithm", () => ({ signatureAlgorithm: "ecdsa-with-SHA256" as const })],
    ["matches-records", () => ({ subject: SUBJECT.slice(0, 4) })],
    ["matches-records", () => ({ subject: [...SUBJECT, { type: "street", value: "1" }] })],
    [
      "matches-records",
      () => ({ subject: [SUBJECT[1], SUBJECT[0], ...SUBJECT.slice(2)].flatMap((a) => a ?? []) }),
    ],
    ["key-identifiers", () => ({ issuerKeyIdentifier: keyIdentifierOf(rsa.spki) })],
    ["crl-distribution-point", () => ({ crlUrl: "http://localhost:8080/ov-2.crl" })],
    ["crl-distribution-point", () => ({ crlUrl: null })],
    ["authority-info-access", () => ({ issuerUrl: "http://localhost:8080/ev.cer" })],
    ["authority-info-access", () => ({ ocspUrl: "http://localhost:8081/ocsp" })],
    ["authority-info-access", () => ({ ocspUrl: null })],
  ])("%s", (id, change) => {
    expect(failures(tbs(), "SERVER_OV", { ...CONTEXT, expected: { ...expected(), ...change() } })).toEqual([
      id,
    ]);
  });
});

it("an address that is optional must be there all the same where the records have it", () => {
  const person = operatorSubject({ commonName: "鈴木 一郎", organization: "例示商事", siteId: "S-1" });
  const tbs = buildTbsCertificate(
    content({ profile: PROFILES.OPERATOR_CLIENT, subject: person, names: [], crlUrl: null }),
  );
  const judged = (crlUrl: string | null) =>
    failures(tbs, "OPERATOR_CLIENT", { ...CONTEXT, expected: { crlUrl } });
  expect(judged(null)).toEqual([]);
  expect(judged("http://localhost:8080/staff.crl")).toEqual(["crl-distribution-point"]);
});

it("the limit holds to the second, and a rule binds from its first day", () => {
  const exactly = buildTbsCertificate(content({ notAfter: lastSecond(NOW, 200) }));
  expect(failures(exactly)).toEqual([]);
  const withUnit = buildTbsCertificate(
    content({ subject: [...SUBJECT.slice(0, 4), { type: "OU", value: "IT" }, ...SUBJECT.slice(4)] }),
  );
  const on = (date: string) =>
    lintTbs(withUnit, "SERVER_OV", Temporal.PlainDate.from(date), { limitDays: 200 }).map(({ id }) => id);
  expect(on("2022-08-31")).toEqual([]);
  expect(on("2022-09-01")).toEqual(["subject-no-unit"]);
});
