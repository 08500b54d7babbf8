import { describe, expect, it } from "vitest";
import type { ValidationMethod } from "../rules/index.ts";
import { validationLapsesAt } from "../rules/index.ts";
import { isCoveredBy } from "./coverage.ts";
import type { ApprovalScope, ValidationRecord } from "./domain.ts";

const now = Temporal.Instant.from("2026-11-21T03:00:00Z");

function validated(
  method: ValidationMethod,
  authorizationDomainName: string,
  scope: ApprovalScope,
  startedAt = now.subtract({ hours: 1 }),
): ValidationRecord {
  return { id: "v", method, authorizationDomainName, scope, state: "VALIDATED", startedAt };
}

describe("isCoveredBy", () => {
  it.each<[name: string, ValidationRecord, boolean]>([
    ["example.jp", validated("dns-txt", "example.jp", "BASE_DOMAIN"), true],
    ["www.example.jp", validated("dns-txt", "example.jp", "BASE_DOMAIN"), true],
    ["a.b.example.jp", validated("dns-txt", "example.jp", "SUBDOMAIN"), true],
    ["*.example.jp", validated("dns-txt", "example.jp", "BASE_DOMAIN"), true],
    ["*.shop.example.jp", validated("dns-txt", "example.jp", "BASE_DOMAIN"), true],
    ["www.example.jp", validated("dns-txt", "example.jp", "FQDN"), false],
    ["*.example.jp", validated("dns-txt", "example.jp", "FQDN"), false],
    ["example.jp", validated("dns-txt", "www.example.jp", "SUBDOMAIN"), false],
    ["evilexample.jp", validated("dns-txt", "example.jp", "BASE_DOMAIN"), false],
    ["example.jp.evil.jp", validated("dns-txt", "example.jp", "BASE_DOMAIN"), false],
    ["www.example.jp", validated("website", "example.jp", "SUBDOMAIN"), false],
    ["example.jp", validated("website", "example.jp", "FQDN"), true],
    ["*.example.jp", validated("website", "example.jp", "SUBDOMAIN"), false],
    ["192.0.2.7", validated("ip-website", "192.0.2.7", "FQDN"), true],
    ["192.0.2.77", validated("ip-website", "192.0.2.7", "SUBDOMAIN"), false],
    ["example.jp", validated("whois-email", "example.jp", "BASE_DOMAIN"), false],
    ["example.jp", { ...validated("dns-txt", "example.jp", "FQDN"), state: "PENDING" }, false],
    ["example.jp", { ...validated("dns-txt", "example.jp", "FQDN"), state: "SUPERSEDED" }, false],
    ["", { ...validated("dns-txt", "", "BASE_DOMAIN") }, false],
  ])("%s by %o is %s", (name, validation, covered) => {
    expect(isCoveredBy(name, validation, now)).toBe(covered);
  });

  it("lapses at the second the reuse table says (BR 4.2.1)", () => {
    const validation = validated("dns-txt", "example.jp", "BASE_DOMAIN");
    const lapse = validationLapsesAt("dns-txt", validation.startedAt);
    expect(isCoveredBy("example.jp", validation, lapse.subtract({ seconds: 1 }))).toBe(true);
    expect(isCoveredBy("example.jp", validation, lapse)).toBe(false);
  });
});
