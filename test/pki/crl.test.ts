import { beforeAll, describe, expect, it } from "vitest";
import {
  assembleCrl,
  buildTbsCertList,
  type CrlEntry,
  newSerial,
  parseCrl,
  type SignatureAlgorithm,
  toPem,
} from "../../server/pki/index.ts";
import { makeAuthority, NOW, signWith, type TestIssuer } from "./hierarchy.ts";
import { workbench } from "./openssl.ts";

const bench = workbench();
const url = "http://localhost:8080/ov.crl";
const subject = [
  { type: "C", value: "JP" },
  { type: "O", value: "印鑑認証株式会社" },
  { type: "CN", value: "CRL" },
];

describe.each(["RSA-2048", "P-384"] as const)("a CRL signed with %s, judged by openssl", (kind) => {
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await makeAuthority("ROOT_CA", subject, kind, null);
    bench.file("issuer.pem", toPem("CERTIFICATE", issuer.certificate));
  });

  function make(entries: readonly CrlEntry[]): Uint8Array {
    const nextUpdate = NOW.add({ hours: 24 * 4 });
    const distributionPoint = { url, covers: "users" } as const;
    const tbs = buildTbsCertList({
      issuer,
      thisUpdate: NOW,
      nextUpdate,
      number: 4711n,
      entries,
      distributionPoint,
    });
    return assembleCrl(tbs, issuer.signatureAlgorithm satisfies SignatureAlgorithm, signWith(issuer, tbs));
  }

  it("carries number, dates, reasons, and leaves the unspecified reason out", () => {
    const entries: CrlEntry[] = [
      { serial: newSerial(), revokedAt: NOW.subtract({ hours: 1 }), reason: null },
      { serial: newSerial(), revokedAt: NOW.subtract({ hours: 2 }), reason: 1 },
      { serial: newSerial(), revokedAt: NOW.subtract({ hours: 3 }), reason: 9 },
    ];
    const crl = make(entries);
    bench.file("some.crl", toPem("X509 CRL", crl));
    const text = bench.openssl("crl", "-in", "some.crl", "-noout", "-text");
    expect(text).toContain("Version 2 (0x1)");
    expect(text).toMatch(/X509v3 CRL Number: \n\s+4711\n/);
    expect(text).toMatch(
      /Issuing Distribution Point: critical\s+Full Name:\s+URI:http:\/\/localhost:8080\/ov.crl\s+Only User Certificates/,
    );
    expect(text).toContain("Last Update: Nov 21 03:00:00 2026 GMT");
    expect(text).toContain("Next Update: Nov 25 03:00:00 2026 GMT");
    expect(text.match(/CRL Reason Code/g)).toHaveLength(2);
    expect(text).toContain("Key Compromise");
    for (const { serial } of entries) expect(text).toContain(`Serial Number: ${serial.toUpperCase()}`);
    // The command tells its verdict on standard error and by its exit code.
    bench.openssl("crl", "-in", "some.crl", "-noout", "-CAfile", "issuer.pem");
    const parsed = parseCrl(crl);
    expect(parsed.number).toBe(4711n);
    expect(parsed.entries.map(({ serial, reason }) => ({ serial, reason }))).toEqual(
      entries.map(({ serial, reason }) => ({ serial, reason })),
    );
  });

  it("leaves the list out when nothing is revoked", () => {
    bench.file("empty.crl", toPem("X509 CRL", make([])));
    expect(bench.openssl("crl", "-in", "empty.crl", "-noout", "-text")).toContain("No Revoked Certificates.");
    expect(parseCrl(make([])).entries).toEqual([]);
  });

  it("holds 5,000 entries", () => {
    const entries = Array.from(
      { length: 5_000 },
      (): CrlEntry => ({ serial: newSerial(), revokedAt: NOW, reason: 4 }),
    );
    const crl = make(entries);
    bench.file("many.crl", crl);
    const text = bench.openssl("crl", "-in", "many.crl", "-inform", "DER", "-noout", "-text");
    expect(text.match(/Serial Number:/g)).toHaveLength(5_000);
  });
});
