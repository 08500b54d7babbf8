import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isProblem } from "../kernel/problem.ts";
import {
  baseDomainOf,
  type NameFault,
  parseServerName,
  readServerName,
  withBaseDomain,
} from "./dns-names.ts";

describe("names that a certificate may carry", () => {
  it.each([
    ["www.example.jp", "dns", "www.example.jp", "example.jp"],
    ["  WWW.Example.JP ", "dns", "www.example.jp", "example.jp"],
    ["example.co.jp", "dns", "example.co.jp", "example.co.jp"],
    ["a.b.city.kawasaki.jp", "dns", "a.b.city.kawasaki.jp", "city.kawasaki.jp"],
    ["*.example.jp", "wildcard", "*.example.jp", "example.jp"],
    ["*.a.example.jp", "wildcard", "*.a.example.jp", "example.jp"],
    ["日本語.jp", "dns", "xn--wgv71a119e.jp", "xn--wgv71a119e.jp"],
    ["www。日本語。jp", "dns", "www.xn--wgv71a119e.jp", "xn--wgv71a119e.jp"],
    ["WWW.example.JP", "dns", "www.example.jp", "example.jp"],
    ["xn--wgv71a119e.jp", "dns", "xn--wgv71a119e.jp", "xn--wgv71a119e.jp"],
    // Private section of the list: whoever has a page there is a customer of github.io's owner.
    ["someone.github.io", "dns", "someone.github.io", "github.io"],
    ["8.8.8.8", "ip", "8.8.8.8", "8.8.8.8"],
    ["2606:4700:0:0:0:0:0:1111", "ip", "2606:4700::1111", "2606:4700::1111"],
    [`${"a".repeat(63)}.jp`, "dns", `${"a".repeat(63)}.jp`, `${"a".repeat(63)}.jp`],
  ])("%s", (text, kind, ascii, baseDomain) => {
    expect(parseServerName(text)).toMatchObject({ kind, ascii, baseDomain });
  });

  it("shows people the U-labels", () => {
    expect(parseServerName("*.xn--wgv71a119e.jp").unicode).toBe("*.日本語.jp");
  });
});

describe("names that it may not", () => {
  it.each<[string, NameFault]>([
    ["", "empty"],
    ["  ", "empty"],
    ["https://www.example.jp/", "not-a-name"],
    ["www.example.jp:443", "not-a-name"],
    ["taro@example.jp", "not-a-name"],
    ["www.example.jp www2.example.jp", "not-a-name"],
    ["www.example.jp\0.evil.jp", "bad-character"],
    ["www.example.jp.", "trailing-dot"],
    ["www..example.jp", "label-empty"],
    [".example.jp", "label-empty"],
    ["_dmarc.example.jp", "underscore"],
    ["a_b.example.jp", "underscore"],
    ["-a.example.jp", "hyphen-at-edge"],
    ["a-.example.jp", "hyphen-at-edge"],
    ["ab--cd.example.jp", "reserved-hyphens"],
    ["xn--.jp", "bad-idn"],
    ["xn--a.jp", "bad-idn"],
    ["xn--example.jp", "bad-idn"],
    ["xn--www-.jp", "bad-idn"],
    ["日本\u{200d}語.jp", "bad-idn"],
    ["1\u{5d0}.jp", "bad-idn"],
    [`${"a".repeat(64)}.jp`, "label-too-long"],
    [`${"あ".repeat(70)}.jp`, "label-too-long"],
    [`${"a.".repeat(130)}jp`, "too-long"],
    ["a".repeat(5000), "too-long"],
    ["exa$mple.jp", "bad-character"],
    ["*", "wildcard-position"],
    ["www.*.example.jp", "wildcard-position"],
    ["w*.example.jp", "wildcard-position"],
    ["*.*.example.jp", "wildcard-position"],
    ["*.jp", "wildcard-public-suffix"],
    ["*.co.jp", "wildcard-public-suffix"],
    ["*.kawasaki.jp", "wildcard-public-suffix"],
    ["*.a.kawasaki.jp", "wildcard-public-suffix"],
    ["co.jp", "public-suffix"],
    ["jp", "public-suffix"],
    ["localhost", "internal-name"],
    ["intranet", "internal-name"],
    ["server.local", "internal-name"],
    ["host.internal", "internal-name"],
    ["a.test", "internal-name"],
    ["1.0.168.192.in-addr.arpa", "internal-name"],
    ["home.arpa", "internal-name"],
    ["expyuzz4wqqyqhjn.onion", "internal-name"],
    ["10.0.0.1", "reserved-address"],
    ["127.0.0.1", "reserved-address"],
    ["169.254.169.254", "reserved-address"],
    ["172.31.255.255", "reserved-address"],
    ["192.168.1.1", "reserved-address"],
    ["100.127.0.1", "reserved-address"],
    ["203.0.113.7", "reserved-address"],
    ["255.255.255.255", "reserved-address"],
    ["::1", "reserved-address"],
    ["::", "reserved-address"],
    ["fe80::1", "reserved-address"],
    ["fd00::1", "reserved-address"],
    ["2001:db8::1", "reserved-address"],
    ["::ffff:808:808", "reserved-address"],
    ["64:ff9b::808:808", "reserved-address"],
    ["2002:a00:1::", "reserved-address"],
    ["::ffff:8.8.8.8", "bad-address"],
    ["08.8.8.8", "bad-address"],
    ["8.8.8", "bad-address"],
    ["8.8.8.8.8", "bad-address"],
    ["8.8.8.256", "bad-address"],
    ["0x8.8.8.8", "bad-address"],
    ["1:2:3:4:5:6:7:8:9", "bad-address"],
    ["1::2::3", "bad-address"],
    ["[2606:4700::1111]", "not-a-name"],
    ["fe80::1%eth0", "not-a-name"],
  ])("%j: %s", (text, fault) => {
    expect(readServerName(text)).toBe(fault);
    expect(() => parseServerName(text)).toThrowError(
      expect.objectContaining({ params: expect.objectContaining({ why: fault }) }),
    );
  });

  it("repeats no control characters and no novels", () => {
    try {
      parseServerName(`\u{1b}[31m${"x".repeat(900)}`);
    } catch (error) {
      if (!isProblem(error, "name-invalid")) throw error;
      expect(error.params.name).not.toMatch(/\p{Cc}/u);
      expect(error.params.name.length).toBeLessThan(100);
    }
    expect.hasAssertions();
  });
});

describe("for any text at all", () => {
  const label = fc.stringMatching(
    /^[a-zA-Z0-9_*-]{0,12}$|^xn--[a-z0-9-]{0,10}$|^[あ-んア-ン一-龠ß-ÿ]{1,6}$/u,
  );
  const name = fc.oneof(
    fc
      .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.constantFrom("jp", "co.jp", "com", "local"))
      .map(([l, s]) => [...l, s].join(".")),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.ipV4(),
    fc.ipV6(),
  );

  it("normalising twice is normalising once, and the result obeys the letter of BR 7.1.2.7.12", () => {
    fc.assert(
      fc.property(name, (text) => {
        const once = readServerName(text);
        if (typeof once === "string") return;
        expect(readServerName(once.ascii)).toEqual(once);
        // A U-label that is shown leads back to the same name.
        expect(readServerName(once.unicode)).toEqual(once);
        if (once.kind === "ip") return;
        const labels = once.ascii.replace(/^\*\./, "").split(".");
        expect(
          labels.every(
            (l) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(l) && (l.slice(2, 4) !== "--" || l.startsWith("xn--")),
          ),
        ).toBe(true);
        expect(once.ascii.length).toBeLessThanOrEqual(253);
        expect(`.${once.ascii}`.endsWith(`.${once.baseDomain}`)).toBe(true);
      }),
      { numRuns: 600 },
    );
  });
});

describe("base domains", () => {
  it.each([
    ["www.cybertrust.ne.jp", "cybertrust.ne.jp"],
    ["*.a.example.co.uk", "example.co.uk"],
    ["example.jp", "example.jp"],
    ["co.jp", null],
  ])("%s → %s", (name, base) => expect(baseDomainOf(name)).toBe(base));

  it.each([
    [["www.example.jp"], ["www.example.jp", "example.jp"]],
    [
      ["www.example.jp", "example.jp"],
      ["www.example.jp", "example.jp"],
    ],
    [["www.a.example.jp"], ["www.a.example.jp"]],
    [["*.example.jp"], ["*.example.jp"]],
    // The base domain itself is called www here.
    [["www.jp"], ["www.jp"]],
  ])("%j asks for %j", (names, all) => expect(withBaseDomain(names)).toEqual(all));
});
