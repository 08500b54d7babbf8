import { beforeAll, describe, expect, it } from "vitest";
import {
  generateKey,
  type IssuerKeyKind,
  parseCertificate,
  publicKeyOf,
  spkiOf,
  toPem,
} from "../../server/pki/index.ts";
import { leafContent, makeAuthority, makeLeaf, type TestIssuer } from "./hierarchy.ts";
import { workbench } from "./openssl.ts";

const bench = workbench();
const certificateAuthority = (commonName: string) => [
  { type: "C", value: "JP" },
  { type: "O", value: "印鑑認証株式会社" },
  { type: "CN", value: commonName },
];

describe.each<IssuerKeyKind>(["RSA-2048", "P-256", "P-384"])(
  "a hierarchy of %s keys, judged by openssl",
  (kind) => {
    let root: TestIssuer;
    let issuing: TestIssuer;
    beforeAll(async () => {
      root = await makeAuthority("ROOT_CA", certificateAuthority("Root"), kind, null);
      issuing = await makeAuthority("ISSUING_CA_OV", certificateAuthority("OV"), kind, root);
      bench.file(`${kind}.root.pem`, toPem("CERTIFICATE", root.certificate));
      bench.file(`${kind}.issuing.pem`, toPem("CERTIFICATE", issuing.certificate));
    });

    it.each<IssuerKeyKind>(["RSA-2048", "P-256"])(
      "verifies a %s server certificate under -x509_strict",
      async (leafKind) => {
        const key = publicKeyOf(spkiOf((await generateKey(leafKind)).publicKey));
        const leaf = makeLeaf(issuing, leafContent(issuing, key));
        bench.file(`${kind}.leaf.pem`, toPem("CERTIFICATE", leaf));
        const verdict = bench.openssl(
          ...[
            "verify",
            "-x509_strict",
            "-check_ss_sig",
            "-purpose",
            "sslserver",
            "-verify_hostname",
            "www.example.jp",
          ],
          ...[
            "-attime",
            "1800000000",
            "-CAfile",
            `${kind}.root.pem`,
            "-untrusted",
            `${kind}.issuing.pem`,
            `${kind}.leaf.pem`,
          ],
        );
        expect(verdict).toBe(`${kind}.leaf.pem: OK\n`);
      },
    );

    it("prints the fields that were put in, Japanese included", async () => {
      const key = publicKeyOf(spkiOf((await generateKey("P-256")).publicKey));
      const content = leafContent(issuing, key, {
        names: ["www.example.jp", "*.example.jp", "8.8.4.4", "2606:4700::1111"],
      });
      bench.file("text.pem", toPem("CERTIFICATE", makeLeaf(issuing, content)));
      const text = bench.openssl(
        "x509",
        "-in",
        "text.pem",
        "-noout",
        "-text",
        "-nameopt",
        "utf8,sep_comma_plus_space,sname",
      );
      expect(text).toContain("Subject: C=JP, ST=東京都, L=千代田区, O=株式会社例示商事, CN=www.example.jp");
      expect(text).toContain("Not Before: Nov 21 03:00:00 2026 GMT");
      expect(text).toContain("Not After : Jun  8 02:59:59 2027 GMT");
      expect(text).toContain(
        "DNS:www.example.jp, DNS:*.example.jp, IP Address:8.8.4.4, IP Address:2606:4700:0:0:0:0:0:1111",
      );
      expect(text).toContain("Policy: 2.23.140.1.2.2");
      expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
      expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/);
      expect(text).toMatch(/Extended Key Usage: \n?\s+TLS Web Server Authentication\n/);
      expect(text).toContain("CA Issuers - URI:http://localhost:8080/ov.cer");
      expect(text).toContain("URI:http://localhost:8080/ov.crl");
      expect(text).not.toContain("Subject Key Identifier");
      const serial = bench.openssl("x509", "-in", "text.pem", "-noout", "-serial").trim().toLowerCase();
      expect(BigInt(`0x${serial.replace("serial=", "")}`)).toBe(BigInt(`0x${content.serial}`));
    });

    it("reads back what it wrote", async () => {
      const key = publicKeyOf(spkiOf((await generateKey("RSA-2048")).publicKey));
      const content = leafContent(issuing, key);
      const parsed = parseCertificate(makeLeaf(issuing, content));
      expect(BigInt(`0x${parsed.serial}`)).toBe(BigInt(`0x${content.serial}`));
      expect(parsed.notAfter.equals(content.notAfter)).toBe(true);
      expect(parsed.subject.map(({ type, value }) => ({ type, value }))).toEqual(content.subject);
      expect(parsed.names.map((name) => (name.kind === "other" ? null : name.text))).toEqual(content.names);
      expect(parsed.publicKey.spkiSha256).toBe(key.spkiSha256);
      expect(parsed.authorityKeyIdentifier).toEqual(issuing.keyIdentifier);
      expect(parsed.crlUrls).toEqual([content.crlUrl]);
      expect(parsed.caIssuersUrls).toEqual([content.issuerUrl]);
      expect(parsed.keyUsage).toEqual(["digitalSignature", "keyEncipherment"]);
    });

    it("reads what openssl makes", () => {
      bench.openssl(
        ...[
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
          "own.key",
        ],
        ...["-out", "own.pem", "-subj", "/C=JP/O=Example", "-addext", "subjectAltName=DNS:example.jp"],
        ...["-addext", "keyUsage=critical,digitalSignature"],
      );
      bench.openssl("x509", "-in", "own.pem", "-outform", "DER", "-out", "own.der");
      const parsed = parseCertificate(new Uint8Array(bench.read("own.der")));
      expect(parsed.names).toEqual([{ kind: "dns", text: "example.jp" }]);
      expect(parsed.keyUsage).toEqual(["digitalSignature"]);
    });
  },
);

describe("the internal hierarchy", () => {
  it("gives operators a client certificate that is good for clients alone", async () => {
    const staffRoot = await makeAuthority("STAFF_ROOT", certificateAuthority("Staff"), "RSA-2048", null);
    const key = publicKeyOf(spkiOf((await generateKey("RSA-2048")).publicKey));
    const { PROFILES, operatorSubject } = await import("../../server/pki/index.ts");
    const subject = operatorSubject({
      commonName: "鈴木 一郎",
      organization: "株式会社例示商事",
      siteId: "S-000123",
    });
    const {
      crlUrl: _crl,
      issuerUrl: _issuer,
      names: _names,
      ...content
    } = leafContent(staffRoot, key, {
      profile: PROFILES.OPERATOR_CLIENT,
      subject,
    });
    bench.file("staff.pem", toPem("CERTIFICATE", staffRoot.certificate));
    bench.file("operator.pem", toPem("CERTIFICATE", makeLeaf(staffRoot, content)));
    const verify = (purpose: string) =>
      bench.openssl(
        ...[
          "verify",
          "-x509_strict",
          "-purpose",
          purpose,
          "-attime",
          "1800000000",
          "-CAfile",
          "staff.pem",
          "operator.pem",
        ],
      );
    expect(verify("sslclient")).toBe("operator.pem: OK\n");
    expect(() => verify("sslserver")).toThrow(/unsuitable certificate purpose/i);
    const text = bench.openssl(
      "x509",
      "-in",
      "operator.pem",
      "-noout",
      "-subject",
      "-nameopt",
      "utf8,sep_comma_plus_space,sname",
    );
    expect(text).toContain("UID=S-000123, CN=鈴木 一郎");
  });
});
