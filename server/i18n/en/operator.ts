import type { operator as source } from "../ja/operator.ts";

export const operator: typeof source = {
  nav: {
    home: "Home",
    queue: "To approve",
    requests: "Requests",
    certificates: "Certificates",
    account: "Account",
  },
  state: {
    REQUESTED: "Requested",
    CA_REVIEW: "In review at the CA",
    CERTIFICATE_READY: "Certificate to be collected",
    ACTIVE: "Active",
    RENEWAL_DUE: "Renewal due",
    SUSPENDED: "Suspended",
    REMOVED: "Removed",
  },
};
