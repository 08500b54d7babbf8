import { describe, expect, test } from "vitest";
import {
  type CertificateStanding,
  fingerprintOf,
  isInForce,
  judgeClientCertificate,
  type PresentedCertificate,
  type Refusal,
} from "./client-certificate.ts";

const now = Temporal.Instant.from("2026-11-21T03:00:00.500Z");

/** What is refused for how it was shown; certificates themselves are judged in test/http/client-certificates.test.ts. */
describe("a connection is refused", () => {
  const shown: PresentedCertificate = {
    der: new Uint8Array([0x30, 0x00]),
    authorized: true,
    authorizationError: null,
    resumed: false,
  };
  test.each<[string, Partial<PresentedCertificate>, Refusal]>([
    ["resumed, however well authorized", { resumed: true }, "resumed"],
    ["without a certificate, although authorized", { der: null }, "absent"],
    ["with a certificate that is no strict DER", {}, "unsuitable"],
    [
      "with a chain that leads elsewhere",
      { authorized: false, authorizationError: "SELF_SIGNED_CERT" },
      "untrusted",
    ],
    ["without a reason", { authorized: false }, "untrusted"],
    ["expired", { authorized: false, authorizationError: "CERT_HAS_EXPIRED" }, "out-of-date"],
    ["too early", { authorized: false, authorizationError: "CERT_NOT_YET_VALID" }, "out-of-date"],
    ["for servers", { authorized: false, authorizationError: "INVALID_PURPOSE" }, "unsuitable"],
  ])("%s", (_what, change, refusal) => {
    const verdict = judgeClientCertificate({ ...shown, ...change }, "operator", now);
    expect(verdict).toEqual({ accepted: false, refusal });
  });
});

describe("a certificate on record", () => {
  const good: CertificateStanding = {
    removedAt: null,
    certificateState: "ACTIVE",
    profile: "OPERATOR_CLIENT",
    issuerRole: "STAFF_ROOT",
    notBefore: Temporal.Instant.from("2026-11-21T03:00:00Z"),
    notAfter: Temporal.Instant.from("2027-11-21T02:59:59Z"),
  };
  const at = (text: string) => Temporal.Instant.from(text);

  test("is in force for its own kind of holder alone", () => {
    expect(isInForce(good, "operator", now)).toBe(true);
    expect(isInForce(good, "staff", now)).toBe(false);
    expect(isInForce({ ...good, profile: "STAFF_CLIENT" }, "staff", now)).toBe(true);
  });

  test.each<[string, Partial<CertificateStanding>]>([
    ["taken away", { removedAt: now }],
    ["revoked", { certificateState: "REVOKED" }],
    ["replaced", { certificateState: "REPLACED" }],
    ["a server's", { profile: "SERVER_OV" }],
    ["of the customers' root", { issuerRole: "CUSTOMER_ROOT" }],
    ["of a customers' CA", { issuerRole: "CUSTOMER_OV" }],
  ])("is not, when it is %s", (_what, change) => {
    expect(isInForce({ ...good, ...change }, "operator", now)).toBe(false);
  });

  test.each([
    ["2026-11-21T02:59:59.999Z", false],
    ["2026-11-21T03:00:00Z", true],
    // The last second counts whole (RFC 5280 4.1.2.5).
    ["2027-11-21T02:59:59.999Z", true],
    ["2027-11-21T03:00:00Z", false],
  ])("at %s: %s", (when, expected) => {
    expect(isInForce(good, "operator", at(when))).toBe(expected);
  });
});

test("a fingerprint is SHA-256 in lower-case hex", () => {
  expect(fingerprintOf(new TextEncoder().encode("abc"))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
