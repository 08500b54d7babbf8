import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  bundleFor,
  type CertificateChain,
  fullChainPem,
  generateKey,
  pkcs7Of,
  publicKeyOf,
  SERVER_KINDS,
  spkiOf,
  toPem,
} from "../../server/pki/index.ts";
import { leafContent, makeAuthority, makeLeaf } from "./hierarchy.ts";
import { workbench } from "./openssl.ts";

const bench = workbench();
let certificates: CertificateChain;

beforeAll(async () => {
  const root = await makeAuthority("ROOT_CA", [{ type: "O", value: "Root" }], "P-256", null);
  const issuing = await makeAuthority("ISSUING_CA_OV", [{ type: "O", value: "Issuing" }], "P-256", root);
  const key = publicKeyOf(spkiOf((await generateKey("P-256")).publicKey));
  certificates = {
    leaf: makeLeaf(issuing, leafContent(issuing, key)),
    chain: [issuing.certificate],
    root: root.certificate,
  };
});

describe("certs-only PKCS#7", () => {
  it("holds all three certificates for openssl", () => {
    bench.file("bundle.p7b", pkcs7Of(certificates));
    const printed = bench.openssl("pkcs7", "-inform", "DER", "-in", "bundle.p7b", "-print_certs");
    const found = printed.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];
    const all = [certificates.leaf, ...certificates.chain, certificates.root];
    expect(found.toSorted()).toEqual(all.map((der) => toPem("CERTIFICATE", der)).toSorted());
    expect(() => bench.openssl("asn1parse", "-inform", "DER", "-in", "bundle.p7b")).not.toThrow();
  });
});

describe("bundles", () => {
  it("full chain is leaf first, without the root", () => {
    const pems =
      fullChainPem(certificates).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];
    const [leaf, issuing] = pems.map((pem) => new X509Certificate(pem));
    expect(pems).toHaveLength(2);
    expect(leaf?.checkHost("www.example.jp")).toBe("www.example.jp");
    expect(issuing && leaf?.checkIssued(issuing)).toBe(true);
  });

  it.each([
    ["nginx", ["wildcard.example.jp.fullchain.pem", "wildcard.example.jp.chain.pem"]],
    [
      "apache",
      ["wildcard.example.jp.fullchain.pem", "wildcard.example.jp.crt", "wildcard.example.jp.chain.crt"],
    ],
    ["iis", ["wildcard.example.jp.p7b", "wildcard.example.jp.cer", "wildcard.example.jp.intermediate.cer"]],
    ["tomcat", ["wildcard.example.jp.crt", "wildcard.example.jp.chain.pem", "wildcard.example.jp.p7b"]],
    ["haproxy", ["wildcard.example.jp.pem"]],
  ] as const)("for %s", (server, names) => {
    expect(bundleFor(server, "*.example.jp", certificates).map(({ name }) => name)).toEqual(names);
  });

  it.each(SERVER_KINDS)("no name for %s leaves its folder", (server) => {
    for (const { name } of bundleFor(server, "../../etc/passwd\0", certificates))
      expect(name).toMatch(/^[\w.-]+$/);
  });
});
