import path from "node:path";
import { describe, expect, test } from "vitest";
import { buildTbsCertificate, type CertificateContent, lastSecond } from "../../server/pki/certificate.ts";
import {
  encodeName,
  operatorSubject,
  staffSubject,
  subjectFor,
  type VettedSubject,
} from "../../server/pki/distinguished-name.ts";
import { keyIdentifierOf, publicKeyOf } from "../../server/pki/keys.ts";
import { lintTbs } from "../../server/pki/lints/index.ts";
import { parseTbsCertificate } from "../../server/pki/parsed-certificate.ts";
import { PROFILE_NAMES, PROFILES, type ProfileName } from "../../server/pki/profiles.ts";

/**
 * Each profile's certificate out of fixed inputs, byte for byte as it lies in golden/. A change to any byte of any
 * profile is a decision (incident class 15, profile drift): it is written anew with `vitest -u` and read in review.
 */

/** Public keys made for this test; nobody has kept the private ones. */
const RSA_2048 = publicKeyOf(
  Uint8Array.fromHex(
    "30820122300d06092a864886f70d01010105000382010f003082010a028201010085da407ca7c806e9b1d59d33c305ee" +
      "2f4e41da27f2cce392e3217bad05fa4480a22acb52921a42f731b8453acccb5da4317f83ceb95c996938475e13e6a0a2" +
      "32eecdf0b9427fc7d902de2d34ef3b6b17907e38dd6b28ad1306b8cddddb947ae840717d5157e9e0ec5f947649809c4a" +
      "a85f157168002dc00959f738459f9f1fd723604e2c6e83912d88fbc21b393cf12fe2a9cd0fc064768909ed94e25dbc9c" +
      "94a081ecb0b98e834508f5f6291e9be7b035e5b3c224f79312d1c85d63c05eec6c2434f39c22fec728a8e53eb3e022a9" +
      "098a9175c2d9322be13e744fc1eadbfcc320125ec520b2fa6283dad072275d188663712e349fae6ae1f9ef4ce7858e5a" +
      "550203010001",
  ),
);
const P_256 = publicKeyOf(
  Uint8Array.fromHex(
    "3059301306072a8648ce3d020106082a8648ce3d030107034200043c9ee549c170c528583c021b8a520055cf3fbe8598" +
      "428951036ece2d33e337cd9ec031dc0808b86e83181b8200f165c4183119f1274e7890313a7e1f89c78afd",
  ),
);
const P_384 = publicKeyOf(
  Uint8Array.fromHex(
    "3076301006072a8648ce3d020106052b8104002203620004a0fd5ce102f7fe1dbe3dee0b9e6c58a38615f2f1079bebcb" +
      "516c7ae8492703ed9f2e53c3a8d422d836ccf45c51e09ca4fe8c639abae3ab31ac969618e8a2867ea8166dd449376715" +
      "504f0449f06da1891e2ef8b28b211746d3a1b39c7afb6821",
  ),
);

const START = Temporal.Instant.from("2026-11-21T03:00:00Z");
const VETTED: VettedSubject = {
  country: "JP",
  ja: { stateOrProvince: "東京都", locality: "千代田区", organization: "株式会社例示商事" },
  en: { stateOrProvince: "TOKYO", locality: "Chiyoda-ku", organization: "Example Trading Co., Ltd." },
  ev: {
    businessCategory: "Private Organization",
    jurisdictionCountry: "JP",
    registrationNumber: "000012050002",
  },
};
const LONG_NAME = `${"a".repeat(55)}.example.jp`;
const ours = (commonName: string) => staffSubject({ commonName, organization: "印鑑認証" });
const issuer = (commonName: string): CertificateContent["issuer"] => ({
  subjectDer: encodeName(ours(commonName)),
  keyIdentifier: keyIdentifierOf(P_384.spki),
  signatureAlgorithm: "sha256WithRSAEncryption",
});
const REPOSITORY = "http://ca.example.jp";
const pointers = (name: string) => ({
  crlUrl: `${REPOSITORY}/crl/${name}.crl`,
  issuerUrl: `${REPOSITORY}/ca/${name}.cer`,
});
const withResponder = (name: string) => ({ ...pointers(name), ocspUrl: `${REPOSITORY}/ocsp/${name}` });

type Variant = Pick<CertificateContent, "publicKey" | "subject"> &
  Partial<CertificateContent> & { days: number };

const root = (profile: ProfileName, publicKey: typeof RSA_2048): Variant => {
  const subject = ours(profile);
  const signatureAlgorithm = publicKey.type === "RSA" ? "sha256WithRSAEncryption" : "ecdsa-with-SHA384";
  const itself = {
    subjectDer: encodeName(subject),
    keyIdentifier: keyIdentifierOf(publicKey.spki),
    signatureAlgorithm,
  } as const;
  return { publicKey, subject, issuer: itself, days: 15 * 365 };
};
const server = (
  product: "OV" | "EV",
  publicKey: typeof RSA_2048,
  language: "ja" | "en",
  names: readonly string[],
): Variant => ({
  publicKey,
  subject: subjectFor(product, VETTED, language, names[0] ?? null),
  issuer: issuer(`TLS ${product} CA G1`),
  names,
  ...withResponder(`customer-${product.toLowerCase()}`),
  days: 199,
});
const staff = { issuer: issuer("Staff Root CA G1"), ...pointers("staff-root"), days: 397 };

const GOLDEN: Readonly<Record<string, readonly [ProfileName, Variant]>> = {
  "root-ca.rsa": ["ROOT_CA", root("ROOT_CA", RSA_2048)],
  "root-ca.p384": ["ROOT_CA", root("ROOT_CA", P_384)],
  // Beyond 2049 a time is a GeneralizedTime (RFC 5280 4.1.2.5).
  "root-ca.into-2050": [
    "ROOT_CA",
    { ...root("ROOT_CA", P_384), notBefore: Temporal.Instant.from("2049-12-31T23:59:59Z") },
  ],
  "issuing-ca-ov.rsa": [
    "ISSUING_CA_OV",
    { publicKey: RSA_2048, subject: ours("TLS OV CA G1"), ...pointers("customer-root"), days: 3650 },
  ],
  "issuing-ca-ev.p256": [
    "ISSUING_CA_EV",
    { publicKey: P_256, subject: ours("TLS EV CA G1"), ...pointers("customer-root"), days: 3650 },
  ],
  "server-ov.rsa.ja": [
    "SERVER_OV",
    server("OV", RSA_2048, "ja", [
      "www.example.jp",
      "*.example.jp",
      "xn--wgv71a119e.jp",
      "8.8.8.8",
      "2606:4700::1111",
    ]),
  ],
  "server-ov.p256.en": ["SERVER_OV", server("OV", P_256, "en", ["www.example.jp", "example.jp"])],
  "server-ov.p384.64-characters": ["SERVER_OV", server("OV", P_384, "ja", [LONG_NAME.slice(2)])],
  "server-ov.p384.no-cn-above-64": ["SERVER_OV", server("OV", P_384, "ja", [LONG_NAME])],
  "server-ev.rsa.ja": ["SERVER_EV", server("EV", RSA_2048, "ja", ["www.example.jp", "example.jp"])],
  "server-ev.p256.en": ["SERVER_EV", server("EV", P_256, "en", ["www.example.jp"])],
  "staff-root.rsa": ["STAFF_ROOT", root("STAFF_ROOT", RSA_2048)],
  "operator-client.rsa": [
    "OPERATOR_CLIENT",
    {
      ...staff,
      publicKey: RSA_2048,
      subject: operatorSubject({
        commonName: "山田 太郎",
        organization: "株式会社例示商事",
        siteId: "S-000001",
      }),
    },
  ],
  "staff-client.rsa": ["STAFF_CLIENT", { ...staff, publicKey: RSA_2048, subject: ours("審査 花子") }],
  "site-server.p256": [
    "SITE_SERVER",
    { ...staff, publicKey: P_256, subject: ours("localhost"), names: ["localhost", "127.0.0.1", "::1"] },
  ],
  "ocsp-responder.p256": [
    "OCSP_RESPONDER",
    { publicKey: P_256, subject: ours("TLS OV CA G1 OCSP"), issuer: issuer("TLS OV CA G1"), days: 31 },
  ],
};

function contentOf(profile: ProfileName, { days, ...variant }: Variant): CertificateContent {
  const notBefore = variant.notBefore ?? START;
  return {
    profile: PROFILES[profile],
    issuer: issuer("TLS Root CA G1"),
    serial: "40000102030405060708090a0b0c0d0e0f",
    notBefore,
    notAfter: lastSecond(notBefore, days),
    ...variant,
  };
}

const lines = (bytes: Uint8Array) => `${(bytes.toHex().match(/.{1,96}/g) ?? []).join("\n")}\n`;

describe.each(Object.entries(GOLDEN))("%s", (name, [profile, variant]) => {
  const content = contentOf(profile, variant);
  const tbs = buildTbsCertificate(content);

  test("is byte for byte what was decided", async () => {
    const file = path.join(import.meta.dirname, "golden", `${name}.hex`);
    await expect(lines(tbs)).toMatchFileSnapshot(file);
  });

  test("reads back as what went in, string types and places included, and passes every lint", () => {
    const parsed = parseTbsCertificate(tbs);
    expect(parsed.subject.map(({ type, value }) => ({ type, value }))).toEqual(content.subject);
    const failures = lintTbs(tbs, profile, Temporal.PlainDate.from("2026-11-21"), {
      limitDays: variant.days,
      expected: {
        subject: content.subject,
        names: content.names ?? [],
        spkiSha256: parsed.publicKey.spkiSha256,
        serial: content.serial,
        signatureAlgorithm: content.issuer.signatureAlgorithm,
        issuerSubjectDer: content.issuer.subjectDer,
        issuerKeyIdentifier: content.issuer.keyIdentifier,
      },
    });
    expect(failures).toEqual([]);
    const same = lintTbs(tbs, profile, Temporal.PlainDate.from("2026-11-21"), {
      limitDays: variant.days - 1,
    });
    expect(same.map(({ id }) => id)).toEqual(["validity-length"]);
  });
});

test("every profile has one, and CN is there up to 64 characters and not above", () => {
  expect(new Set(Object.values(GOLDEN).map(([profile]) => profile))).toEqual(new Set(PROFILE_NAMES));
  const commonName = (name: string) =>
    GOLDEN[name]?.[1].subject.find(({ type }) => type === "CN")?.value.length ?? null;
  expect(commonName("server-ov.p384.64-characters")).toBe(64);
  expect(commonName("server-ov.p384.no-cn-above-64")).toBeNull();
});
