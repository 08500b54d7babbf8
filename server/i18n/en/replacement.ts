import type { replacement as source } from "../ja/replacement.ts";

export const replacement: typeof source = {
  explanation: (p: { receiptNumber: string }) =>
    `A new certificate takes its place (request ${p.receiptNumber}).`,
  compromised: (p: { receiptNumber: string }) =>
    `The request for a reissue (${p.receiptNumber}) says that the private key has leaked, or may have.`,
  reissue: {
    action: "Reissue",
    title: (p: { commonName: string }) => `Reissue the certificate of ${p.commonName}`,
    lead: "The same organisation, names and end of validity, with a new key. There is no charge.",
    before: "Certificate to be reissued",
    newKey: "CSR of the new key",
    newKeyHelp:
      "Make a new key on the server and paste a CSR made with it. The key of the present certificate is not accepted. Never paste a private key.",
    why: "Why it is reissued",
    compromised:
      "If you choose a leaked private key, that key can never be used again. The present certificate is revoked within 24 hours of this request, without waiting for its approval. The operators are told at once; until then only they can call it off.",
    after: "Revocation of the present certificate",
    graceHelp:
      "Choose the time you need to install the new certificate. After that the present one is revoked automatically. An operator may revoke it earlier at any time.",
    graceCompromised:
      "If the reason is a leaked private key, it is revoked within 24 hours of the request, whatever is chosen here.",
    graceOption: (p: { days: number }) =>
      p.days === 0 ? "At once" : `${p.days} ${p.days === 1 ? "day" : "days"} after the issuance`,
    notes: "Contact and place",
    noteHelp: "It helps the operator who approves the request.",
    toCheck: "Continue to the check page",
    tooLong:
      "What is left of its validity is longer than today's rules allow for a new certificate, so this one cannot be reissued. Request a renewal instead.",
    renewInstead: "Request a renewal",
    check: {
      title: "Check the reissue",
      lead: "Nothing has been sent yet. Check the contents and press “Request this reissue”.",
      submit: "Request this reissue",
      same: "What stays",
      changes: "What changes",
      key: "New key",
      until: "End of validity (unchanged)",
      compromisedTitle: "Sending this plans the revocation of the present certificate",
      compromised: (p: { until: string }) =>
        `You are requesting this because the private key has leaked, or may have. The present certificate is revoked by ${p.until} at the latest.`,
    },
  },
  renewal: {
    title: "Previous certificate",
    help: "It can be used until its validity ends. If it should be revoked once the new one is installed, choose when.",
  },
  relation: {
    title: "What replaces what",
    replaces: "Previous certificate",
    replacedBy: "Replacement",
    open: (p: { receiptNumber: string }) => `requested (${p.receiptNumber})`,
    until: (p: { until: string }) => `Until ${p.until}`,
  },
  request: {
    title: "Reissue",
    renewalTitle: "Renewal",
    reason: "Reason",
    old: "Previous certificate",
    oldAfter: "Revocation of the previous certificate",
    keyOnly: "Only the key is new; the names and the end of validity are those of the previous certificate.",
    compromised:
      "The request says that the private key has leaked, or may have. The previous certificate is revoked within 24 hours of the request.",
    byCase: "The issuing company issues this certificate in a mass revocation.",
  },
};
