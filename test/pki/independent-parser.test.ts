import "reflect-metadata";
import { X509Certificate as NodeCertificate } from "node:crypto";
import * as peculiar from "@peculiar/x509";
import { describe, expect, it } from "vitest";
import { isNameAttributeType, NAME_ATTRIBUTES } from "../../server/pki/distinguished-name.ts";
import {
  buildCrl,
  type CrlEntry,
  newSerial,
  OID,
  PROFILES,
  parseCertificate,
  parseCrl,
  parseCsr,
  publicKeyOf,
  spkiOf,
} from "../../server/pki/index.ts";
import { csrDer, keyPair } from "../support/csr.ts";
import { leafContent, makeAuthority, makeLeaf, NOW, signWith } from "./hierarchy.ts";
import { EV_SUBJECT } from "./lint-content.ts";

/**
 * What we write and what we read, beside what others read: @peculiar/x509, which shares no line with us or with
 * OpenSSL, and OpenSSL by way of node:crypto. (The `openssl` command judges in the tests beside this one.)
 */

const root = await makeAuthority(
  "ROOT_CA",
  [
    { type: "C", value: "JP" },
    { type: "O", value: "印鑑認証" },
    { type: "CN", value: "Root" },
  ],
  "P-384",
  null,
);
const ca = await makeAuthority(
  "ISSUING_CA_OV",
  [
    { type: "C", value: "JP" },
    { type: "O", value: "印鑑認証" },
    { type: "CN", value: "OV" },
  ],
  "RSA-2048",
  root,
);
const keys = { rsa: keyPair("RSA-2048"), p256: keyPair("P-256") };
const leaf = (key: keyof typeof keys, changes: Parameters<typeof leafContent>[2]) =>
  makeLeaf(ca, leafContent(ca, publicKeyOf(spkiOf(keys[key].publicKey)), changes));

const CERTIFICATES: Readonly<Record<string, Uint8Array>> = {
  root: root.certificate,
  "issuing CA": ca.certificate,
  "OV, Japanese, RSA": leaf("rsa", {
    names: ["www.example.jp", "*.example.jp", "8.8.8.8", "2606:4700::1111"],
    ocspUrl: "http://ca.example.jp/ocsp",
  }),
  "OV, P-256, no CN": leaf("p256", {
    subject: [
      { type: "C", value: "JP" },
      { type: "ST", value: "TOKYO" },
      { type: "O", value: "Example Trading Co., Ltd." },
    ],
  }),
  EV: leaf("p256", { profile: PROFILES.SERVER_EV, subject: EV_SUBJECT }),
  "a responder": leaf("p256", { profile: PROFILES.OCSP_RESPONDER, names: [], crlUrl: null, issuerUrl: null }),
};

const hex = (bytes: ArrayBuffer) => new Uint8Array(bytes).toHex();
const instant = (date: Date) => Temporal.Instant.fromEpochMilliseconds(date.getTime());

describe.each(Object.entries(CERTIFICATES))("a certificate of ours: %s", (_name, bytes) => {
  const ours = parseCertificate(bytes);
  const theirs = new peculiar.X509Certificate(bytes);
  const extension = <T extends peculiar.Extension>(type: abstract new (...args: never[]) => T): T | null =>
    theirs.extensions.find((found): found is T => found instanceof type) ?? null;

  it("has the same fields", () => {
    expect(theirs.serialNumber.replace(/^00/, "")).toBe(ours.serial);
    expect(instant(theirs.notBefore).equals(ours.notBefore)).toBe(true);
    expect(instant(theirs.notAfter).equals(ours.notAfter)).toBe(true);
    expect(hex(theirs.publicKey.rawData)).toBe(ours.publicKey.spki.toHex());
    expect(hex(theirs.signature)).toBe(ours.signature.toHex());
  });

  it("has the same subject, attribute by attribute", () => {
    const attributes = theirs.subjectName
      .toJSON()
      .flatMap((rdn) => Object.entries(rdn).map(([type, values]) => [type, ...values]));
    // They write a type by its short name or its OID, as they know it; ours are compared by OID.
    const dotted = (type: string) => NAMES[type] ?? type;
    expect(attributes.map(([type = "", value]) => [dotted(type), value])).toEqual(
      ours.subject.map(({ type, value }) => [
        isNameAttributeType(type) ? NAME_ATTRIBUTES[type].oid : type,
        value,
      ]),
    );
  });

  it("has the same extensions in the same order, and they say the same", () => {
    expect(theirs.extensions.map(({ type, critical }) => [type, critical])).toEqual(
      ours.extensions.map(({ oid, critical }) => [oid, critical]),
    );
    const basic = extension(peculiar.BasicConstraintsExtension);
    expect([basic?.ca, basic?.pathLength ?? null]).toEqual([
      ours.basicConstraints?.certificateAuthority,
      ours.basicConstraints?.pathLength ?? null,
    ]);
    const bits = extension(peculiar.KeyUsagesExtension)?.usages ?? 0;
    const usages = [
      ["digitalSignature", peculiar.KeyUsageFlags.digitalSignature],
      ["keyEncipherment", peculiar.KeyUsageFlags.keyEncipherment],
      ["keyCertSign", peculiar.KeyUsageFlags.keyCertSign],
      ["cRLSign", peculiar.KeyUsageFlags.cRLSign],
    ] as const;
    expect(usages.filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name)).toEqual(ours.keyUsage);
    expect(extension(peculiar.ExtendedKeyUsageExtension)?.usages ?? []).toEqual(ours.extendedKeyUsage);
    expect(extension(peculiar.CertificatePolicyExtension)?.policies ?? []).toEqual(ours.policies);
    expect(
      extension(peculiar.SubjectAlternativeNameExtension)?.names.items.map(({ type, value }) => [
        type,
        value,
      ]) ?? [],
    ).toEqual(ours.names.map((name) => [name.kind, name.kind === "other" ? "" : name.text]));
    expect(extension(peculiar.AuthorityKeyIdentifierExtension)?.keyId ?? null).toBe(
      ours.authorityKeyIdentifier?.toHex() ?? null,
    );
    expect(extension(peculiar.SubjectKeyIdentifierExtension)?.keyId ?? null).toBe(
      ours.subjectKeyIdentifier?.toHex() ?? null,
    );
    const points = extension(peculiar.CRLDistributionPointsExtension)?.distributionPoints ?? [];
    expect(
      points.flatMap(
        (point) => point.distributionPoint?.fullName?.map((name) => name.uniformResourceIdentifier) ?? [],
      ),
    ).toEqual(ours.crlUrls);
    const access = extension(peculiar.AuthorityInfoAccessExtension);
    expect(access?.ocsp.map(({ value }) => value) ?? []).toEqual(ours.ocspUrls);
    expect(access?.caIssuers.map(({ value }) => value) ?? []).toEqual(ours.caIssuersUrls);
  });

  it("verifies for both under its issuer's key, and under no other", async () => {
    const issuer =
      ours.extensions.length > 0 && bytes === root.certificate ? root : bytes === ca.certificate ? root : ca;
    const other = issuer === root ? ca : root;
    const date = new Date(NOW.epochMilliseconds + 3_600_000);
    const publicKey = new peculiar.X509Certificate(issuer.certificate).publicKey;
    expect(await theirs.verify({ publicKey, date })).toBe(true);
    expect(
      await theirs
        .verify({ publicKey: new peculiar.X509Certificate(other.certificate).publicKey, date })
        .catch(() => false),
    ).toBe(false);
    const node = new NodeCertificate(bytes);
    expect(node.verify(new NodeCertificate(issuer.certificate).publicKey)).toBe(true);
    expect(node.serialNumber.toLowerCase()).toBe(ours.serial);
  });
});

const NAMES: Readonly<Record<string, string>> = {
  CN: OID.commonName,
  C: OID.countryName,
  ST: OID.stateOrProvinceName,
  L: OID.localityName,
  O: OID.organizationName,
  OU: OID.organizationalUnitName,
  STREET: OID.streetAddress,
  UID: OID.userId,
};

it("a CRL of ours: the same number, dates, serials and reasons", async () => {
  const entries: CrlEntry[] = ([1, 3, 4, 5, 9, null] as const).map((reason, i) => ({
    serial: newSerial(),
    revokedAt: NOW.subtract({ hours: i }),
    reason,
  }));
  const head = { issuer: ca, thisUpdate: NOW, nextUpdate: NOW.add({ hours: 96 }), number: 1_795_000_000n };
  const list = buildCrl(head, entries);
  const bytes = list.signed(signWith(ca, list.tbs));
  const theirs = new peculiar.X509Crl(bytes);
  expect(instant(theirs.thisUpdate).equals(head.thisUpdate)).toBe(true);
  expect(theirs.nextUpdate && instant(theirs.nextUpdate).equals(head.nextUpdate)).toBe(true);
  const read = parseCrl(bytes).entries;
  expect(
    theirs.entries.map((entry) => [
      entry.serialNumber.replace(/^00/, ""),
      entry.reason ?? null,
      instant(entry.revocationDate).toString(),
    ]),
  ).toEqual(read.map(({ serial, reason, revokedAt }) => [serial, reason, revokedAt.toString()]));
  expect(await theirs.verify({ publicKey: new peculiar.X509Certificate(ca.certificate).publicKey })).toBe(
    true,
  );
  expect(
    await theirs
      .verify({ publicKey: new peculiar.X509Certificate(root.certificate).publicKey })
      .catch(() => false),
  ).toBe(false);
});

describe("a CSR of somebody else", () => {
  it("made by @peculiar/x509 is read by us", async () => {
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const theirs = await peculiar.Pkcs10CertificateRequestGenerator.create({
      name: [{ C: ["JP"] }, { O: ["株式会社例示商事"] }, { CN: ["www.example.jp"] }],
      keys: pair,
      signingAlgorithm: algorithm,
      extensions: [
        new peculiar.SubjectAlternativeNameExtension([
          { type: "dns", value: "www.example.jp" },
          { type: "ip", value: "8.8.8.8" },
        ]),
      ],
    });
    const ours = parseCsr(new Uint8Array(theirs.rawData));
    expect(ours.requestedNames).toEqual(["www.example.jp", "8.8.8.8"]);
    expect(ours.publicKey.spki.toHex()).toBe(hex(theirs.publicKey.rawData));
    expect(ours.subject).toEqual([
      { type: "C", value: "JP" },
      { type: "O", value: "株式会社例示商事" },
      { type: "CN", value: "www.example.jp" },
    ]);
  });

  it.each(["P-256", "P-384", "RSA-2048"] as const)("is read by both alike: %s", async (kind) => {
    const bytes = csrDer({ kind, names: ["www.example.jp", "2606:4700::1111"] });
    const [ours, theirs] = [parseCsr(bytes), new peculiar.Pkcs10CertificateRequest(bytes)];
    expect(hex(theirs.publicKey.rawData)).toBe(ours.publicKey.spki.toHex());
    expect(theirs.subjectName.getField("CN")).toEqual(["www.example.co.jp"]);
    expect(await theirs.verify()).toBe(true);
  });
});
