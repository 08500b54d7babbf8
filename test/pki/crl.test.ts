import { beforeAll, describe, expect, it } from "vitest";
import { buildCrl, type CrlEntry, newSerial, parseCrl, toPem } from "../../server/pki/index.ts";
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
    const head = { issuer, thisUpdate: NOW, nextUpdate, number: 4711n, distributionPoint };
    const list = buildCrl(head, entries);
    return list.signed(signWith(issuer, list.tbs));
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

  // Lengths change their own lengths at 128 and 256 octets and 64 KiB.
  it.each([1, 2, 3, 4, 5, 6, 1_100, 1_400])("is strictly DER with %d entries", (count) => {
    const crl = make(
      Array.from({ length: count }, (_, i): CrlEntry => {
        const revokedAt = Temporal.Instant.fromEpochMilliseconds(i * 86_400_000 * 20 + (i % 86_400) * 1000);
        return {
          serial: i % 3 === 0 ? newSerial() : (200 + i).toString(16).padStart(4, "0"),
          revokedAt,
          reason: i % 2 === 0 ? 5 : null,
        };
      }),
    );
    bench.file("strict.crl", crl);
    const shown = bench.openssl("asn1parse", "-in", "strict.crl", "-inform", "DER", "-strparse", "4");
    expect(shown).toContain("cont [ 0 ]");
    const parsed = parseCrl(crl);
    expect(parsed.entries).toHaveLength(count);
    parsed.entries.forEach(({ revokedAt }, i) => {
      expect(revokedAt.epochMilliseconds).toBe(i * 86_400_000 * 20 + (i % 86_400) * 1000);
    });
    bench.openssl("crl", "-in", "strict.crl", "-inform", "DER", "-noout", "-CAfile", "issuer.pem");
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
