/** How a state looks: icon and colour. The word comes from the catalogue; neither stands alone. */
export type Tone = "ok" | "wait" | "warn" | "err" | "info" | "off";

/** State → tone, by noun. A test holds these against the states that the features define. */
export const TONES = {
  request: {
    PENDING_APPROVAL: "wait",
    REJECTED: "err",
    CANCELLED: "off",
    APPROVED: "info",
    ISSUING: "info",
    ISSUE_FAILED: "err",
    ISSUED: "ok",
  },
  event: {
    SUBMITTED: "info",
    APPROVED: "ok",
    REJECTED: "err",
    CANCELLED: "off",
    ISSUING: "info",
    ISSUED: "ok",
    ISSUE_FAILED: "err",
    RECOVERED: "warn",
    DOWNLOADED: "info",
    REVOKED: "err",
    REVOCATION_PLANNED: "warn",
    REVOCATION_CANCELLED: "info",
  },
  revocationOrder: { PLANNED: "warn", DONE: "err", CANCELLED: "off" },
  certificate: { ACTIVE: "ok", REPLACED: "off", REVOKED: "err", EXPIRED: "off" },
  domain: {
    REGISTERED: "info",
    DCV_PENDING: "wait",
    VALIDATED: "ok",
    EXPIRING: "warn",
    EXPIRED: "err",
    DENIED: "err",
    REMOVED: "off",
  },
  operator: {
    REQUESTED: "wait",
    CA_REVIEW: "wait",
    CERTIFICATE_READY: "info",
    ACTIVE: "ok",
    RENEWAL_DUE: "warn",
    SUSPENDED: "warn",
    REMOVED: "off",
  },
  user: { ACTIVE: "ok", DISABLED: "off" },
  organization: { UNVETTED: "wait", VETTED: "ok", REMOVED: "off" },
  subscriber: { ACTIVE: "ok", SUSPENDED: "warn", TERMINATED: "off" },
} as const satisfies Record<string, Readonly<Record<string, Tone>>>;
