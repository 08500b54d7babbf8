import type { domains as source } from "../ja/domains.ts";

export const domains: typeof source = {
  state: {
    REGISTERED: "Registered",
    DCV_PENDING: "Awaiting validation",
    VALIDATED: "Validated",
    EXPIRING: "Expiring soon",
    EXPIRED: "Expired",
    DENIED: "Denied",
    REMOVED: "Removed",
  },
  scope: {
    FQDN: "This FQDN only",
    SUBDOMAIN: "This FQDN and its subdomains",
    BASE_DOMAIN: "The whole base domain",
  },
  field: { name: "Domain", state: "State", method: "Method", scope: "Scope", until: "Validated until" },
};
