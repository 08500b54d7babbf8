import type { applicant as source } from "../ja/applicant.ts";

export const applicant: typeof source = {
  nav: {
    home: "Home",
    requests: "Requests",
    certificates: "Certificates",
    domains: "Domains",
    account: "Account",
  },
  newRequest: "Request a certificate",
};
