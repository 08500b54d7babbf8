import type { Catalogue } from "../catalogue.ts";

/** Words of the public site. */
export const publicSite = {
  title: "Request, approve and issue server certificates",
  lead: (p: { issuer: string }) =>
    `Your own staff request TLS server certificates of ${p.issuer} here, and your own operators approve and issue them.`,
  enterTitle: "Choose a site",
  applicant: {
    title: "Applicant site",
    text: "Request certificates and download those that were issued. Sign in with your login ID and password.",
    action: "Go to the applicant site",
  },
  operator: {
    title: "Operator site",
    text: "Approve requests and issue certificates. Import your operator certificate into the browser first.",
    action: "Go to the operator site",
  },
  reportText:
    "A leaked private key, a certificate on a phishing site, wrong contents: anybody may report a problem with a certificate of ours, at any hour. We investigate within 24 hours.",
  reportAction: "Go to the report form",
  flowTitle: "From request to certificate",
  flow: [
    { title: "Request", text: "Paste a CSR, choose names and term. Everything is checked at once." },
    {
      title: "Approve",
      text: "An operator, never the person who asked, sees every check and difference and approves.",
    },
    {
      title: "Issue",
      text: "The certificate carries the vetted organisation alone and is issued right after the approval.",
    },
    { title: "Install", text: "Download the files and steps made for your server, and install them." },
  ],
  authoritiesTitle: "CA certificates and CRLs",
  authoritiesLead: "The CA certificates and revocation lists (CRLs) that verify our certificates.",
  authorityName: {
    "customer-root": "Root CA",
    "customer-ov": "Organisation validation (OV) issuing CA",
    "customer-ev": "EV issuing CA",
  },
  authority: "CA",
  certificate: "Certificate (DER)",
  crl: "CRL (DER)",
} satisfies Catalogue["public"];
