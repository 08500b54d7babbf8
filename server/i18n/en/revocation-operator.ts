import type { revocationOperator as source } from "../ja/revocation-operator.ts";
import { published } from "./published.ts";

export const revocationOperator: typeof source = {
  title: "Revoke a certificate",
  lead: "Check the certificate and choose the reason. A revocation is final.",
  titleMany: "Revoke several certificates",
  leadMany: "Say which certificates to revoke and choose the reason, which is the same for all of them.",
  link: "Revoke several certificates",
  certificate: "Certificate to be revoked",
  chosen: (p) => `Certificates chosen (${p.count})`,
  serials: "Serial numbers",
  serialsHelp: (p) =>
    `The serial numbers of the certificates to revoke, separated by lines or commas (at most ${p.limit.toLocaleString("en-GB")}). With or without colons, in upper or lower case.`,
  serialsExample: "For example: 407F2B0C9A…, 40:7F:2B:0C:9A:…",
  serialInvalid: (p) => `“${p.serial}” is not a serial number. Type the digits 0–9 and the letters A–F.`,
  tooMany: (p) =>
    `At most ${p.limit.toLocaleString("en-GB")} certificates can be revoked at once. Please do it in several steps.`,
  none: "Type the serial numbers of the certificates to revoke.",
  reason: "Reason",
  reasonHelp:
    "The reason you choose appears in the revocation information that the CA publishes (CRL and OCSP).",
  explanation: "Explanation",
  explanationHelp:
    "Kept in the mail about the revocation, in the history of the request and in the audit log. It is not published. At most 300 characters.",
  explanationExample: "For example: the move to the new server is complete",
  check: {
    title: "Check before revoking",
    lead: (p) =>
      p.count === 1
        ? "The following certificate will be revoked. Please check it."
        : `The following ${p.count} certificates will be revoked. Please check them.`,
    ready: "Certificates to be revoked",
    refused: "Certificates that cannot be revoked",
    refusedHelp: "These certificates will not be revoked.",
    why: "Why",
    notFound: "There is no certificate with this number. Please check the number.",
    noneReady: "None of these certificates can be revoked.",
    replacement: "Replacement",
    replacementNone: "None",
    replacementUntil: (p) => `Valid until ${p.day}`,
    withoutReplacement: (p) =>
      `${p.count === 1 ? "There is no replacement" : `${p.count} of these have no replacement`}. If a server still uses the certificate, request a new one first.`,
    sameKey: "Certificates with the same key",
    sameKeyHelp:
      "When a key is compromised, every certificate that carries it has to be revoked. These will be revoked as well.",
    planned: (p) => `Revocation planned: ${p.at}`,
    consequences: "When you revoke",
    consequence: {
      final: "The certificate is revoked at once. A revocation cannot be undone.",
      sites: "Browsers warn visitors of sites that use it and do not connect to them.",
      published,
      refund: "Nothing is refunded, and the certificate still counts against the commitment.",
      key: "The key can never again be used in a certificate of any subscriber.",
      mail: "The result is sent by e-mail to the issue notice address and the notice address.",
      record: "Your name and the time are kept in the audit log.",
    },
    confirm: (p) =>
      p.count === 1
        ? "I confirm that this certificate is to be revoked"
        : `I confirm that these ${p.count} certificates are to be revoked`,
    confirmMissing: "Tick the confirmation if you want to revoke.",
    submit: (p) => (p.count === 1 ? "Revoke" : `Revoke ${p.count} certificates`),
    change: "Back to the form",
  },
  receipt: {
    title: "The certificate has been revoked",
    lead: "The following certificate has been revoked.",
    published,
    replace: "If it is installed on a server, replace it with a new one or remove it from the configuration.",
    mail: (p) => `A notice is sent to ${p.email} and to the notice address.`,
    show: "Open the certificate",
    list: "To the certificates",
  },
  job: {
    title: "Result of revoking several certificates",
    running: "The certificates are being revoked. This goes on even when you close the page.",
    live: "The progress updates automatically. If it does not, please reload.",
    failed: "The work stopped before its end. Please revoke the remaining certificates again.",
    done: (p) => `${p.revoked} ${p.revoked === 1 ? "certificate has" : "certificates have"} been revoked.`,
    refused: (p) => `${p.count} ${p.count === 1 ? "was" : "were"} not revoked. Look at the reasons below.`,
    caption: "Result of each certificate",
    outcome: "Result",
    revoked: "Revoked",
    notRevoked: "Not revoked",
    unknown: "Unknown certificate",
    next: [
      published,
      "Where they are installed, put new certificates in their place or take them out of the configuration.",
      "A notice goes to the issue notice address of each certificate and to the notice address.",
    ],
    nextRefused: "Of those that were not revoked, look at the reasons above, and revoke again where needed.",
    nextNone: "Nothing was revoked. Look at the states in the list of certificates.",
    revokedList: "All revoked certificates",
    another: "Revoke further certificates",
    startedAt: "Started",
    finishedAt: "Finished",
  },
  planned: {
    title: "Planned revocations",
    help: "The following certificates are going to be revoked. Those planned on an applicant's word alone can be called off before their time.",
    more: (p) => `The ${p.shown} that come first are shown.`,
    executeAt: "To be revoked at",
    ground: "Ground",
    action: "Action",
    callOff: "Call off",
  },
  cancellation: {
    title: "Call off a revocation",
    lead: "This revocation was planned because an applicant said that the key is compromised. Until it is carried out you can call it off, but only if you have made sure that the applicant was mistaken.",
    link: "Call this revocation off",
    linkHelp: "If the applicant was mistaken, the revocation can be called off before its time.",
    certificate: "Certificate that is kept",
    consequences: "If you call it off",
    consequence: {
      stays: "The certificate is not revoked and can be used as before.",
      key: "The key is no longer refused. Revocations of other certificates with the same key that were planned for the same reason are called off, too.",
      onlyIfSafe:
        "Do not call it off if there is any chance that the private key is known to others. An operator can still revoke the certificate at any time afterwards.",
      request: "The request for the reissue stays. If it is not needed, reject it on its own page.",
      record: "Your name, the time and the reason are kept in the audit log.",
    },
    reason: "Why it is called off",
    reasonHelp:
      "It stands as it is in the e-mail and in the timeline of the request, and is kept in the audit log. At most 500 characters.",
    reasonExample: "For example: the applicant chose the wrong reason. The key has not leaked.",
    confirm: "I have made sure that this was a mistake and that the private key has not leaked",
    confirmMissing: "To call it off, tick the confirmation.",
    submit: "Call off",
  },
  select: "Go on to revoke the selected certificates",
  selectHelp: "Tick certificates to revoke them together.",
};
