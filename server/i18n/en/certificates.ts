import type { certificates as source } from "../ja/certificates.ts";

export const certificates: typeof source = {
  state: { ACTIVE: "Active", REPLACED: "Replaced", REVOKED: "Revoked", EXPIRED: "Expired" },
  field: {
    serial: "Serial number",
    issuer: "Issuer",
    subject: "Subject",
    names: "Common name and SANs",
    notBefore: "Valid from",
    notAfter: "Valid until",
    key: "Public key",
    signature: "Signature algorithm",
    fingerprint: "Fingerprint (SHA-256)",
    issuedAt: "Issued at",
  },
};
