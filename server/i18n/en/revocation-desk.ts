import type { revocationDesk as source } from "../ja/revocation-desk.ts";

export const revocationDesk: typeof source = {
  nav: "Revocations",
  list: {
    title: "Revocation deadlines",
    lead: "Planned revocations, the nearest deadline first. Each has to be done before its deadline.",
    caption: "Revocations",
    find: "Find a certificate to revoke",
    empty: "No revocation is planned.",
    emptyOther: "There is no such revocation.",
    overdue: "Overdue",
    subscriber: "Subscriber",
  },
  home: (p) => `Revocations that are due soon (${p.count.toLocaleString("en-GB")})`,
  show: {
    title: (p) => `Revocation of ${p.commonName}`,
    overdue: (p) => `The deadline has passed (${p.left}). Revoke it at once.`,
    planned: (p) => `It will be revoked at ${p.at} (${p.left}).`,
    done: (p) => `It was revoked at ${p.at}.`,
    cancelled: "This revocation was called off.",
    facts: "The revocation",
    certificate: "Certificate",
    source: "Rule",
    executeNow: "Revoke now",
    cancel: "Call off",
    firm: "A revocation because of the key itself cannot be called off.",
    history: "Revocations of this certificate",
    noticed: "The subscriber has been told of it by e-mail.",
    cancelledBy: "Called off by",
    cancelReason: "Called off because",
  },
  title: "Revoke a certificate",
  lead: "Choose the ground. It decides the deadline and the reason that is published.",
  within: (p) => (p.hours === 24 ? "within 24 hours" : "within 5 days"),
  groundLabel: (p) => `${p.name} (${p.within})`,
  reasonAuto: "The one that belongs to the ground",
  reasonHelp:
    "What CRL and OCSP say. Usually left as it is; choose one when a subscriber asks for it with a reason.",
  reasonRefused: (p) =>
    `The ground “${p.ground}” goes with ${p.reasons.map((one) => `“${one}”`).join(", ")} only.`,
  explanation: "Explanation for the subscriber",
  explanationHelp: "The subscriber reads it as it stands, by e-mail and on the site. At most 500 characters.",
  explanationExample: "For example: we found the private key in a public repository.",
  knownAt: "When we learnt of it",
  knownAtHelp: "The deadline counts from then. Japan time.",
  when: "When to revoke",
  whenNow: "At once",
  whenNowHelp: "It is revoked as soon as you confirm on the next page.",
  whenLater: "At a planned time",
  whenLaterHelp:
    "The subscriber is told and has time to install another certificate. No time after the deadline is possible.",
  executeAtHelp: "For “at a planned time”: date and time in Japan.",
  hourExample: "For example: 2026/11/22 14:05",
  hourInvalid: "Type date and time like “2026/11/22 14:05”.",
  knownAtFuture: "This cannot be in the future.",
  executeAtPast: "Choose a time that is still to come.",
  executeAtLate: "That is after the deadline. Choose a time before it.",
  sameKey: "Valid certificates with the same key",
  sameKeyHelp:
    "When a key is compromised, these are planned to be revoked within 24 hours as well, and their subscribers are told.",
  alreadyPlanned: (p) =>
    `A revocation of this certificate is planned already (${p.at}). To have it earlier, choose “at once”.`,
  alreadyRevoked:
    "This certificate is revoked already. Only if its key turns out to be compromised can the published reason be changed to key compromise.",
  check: {
    title: "Check before revoking",
    leadNow: "The following certificate will be revoked at once. Please check it.",
    leadLater: "The revocation of the following certificate will be planned. Please check it.",
    overdue: (p) =>
      `The deadline has passed (${p.left}). Record why, and check whether it has to be reported.`,
    confirmNow: "I confirm that this certificate is to be revoked",
    confirmLater: "I confirm that the revocation of this certificate is to be planned",
    submitNow: "Revoke",
    submitLater: "Plan the revocation",
    consequence: {
      notice: "The subscriber, its notice address and its operators are told by e-mail.",
      execute: (p) => `It is revoked automatically at ${p.at}.`,
      key: "The key is refused in every subscriber's requests from now on.",
    },
  },
  receipt: {
    titleDone: "The certificate has been revoked",
    titlePlanned: "The revocation is planned",
    mailDone: "The subscriber, its notice address and its operators are told by e-mail within minutes.",
    mailPlanned: "The subscriber, its notice address and its operators are told by e-mail within minutes.",
    cancel:
      "Should the ground turn out to be unfounded before that time, the revocation can be called off on its page.",
    sameKey:
      "If other valid certificates have the same key, they are planned to be revoked within 24 hours as well.",
    show: "Open the revocation",
    list: "All revocations",
  },
  execution: {
    title: "Revoke now",
    lead: "The following certificate is revoked without waiting for its planned time.",
    submit: "Revoke",
    back: "Back to the revocation",
  },
  cancellation: {
    title: "Call off a revocation",
    lead: "The revocation of the following certificate is called off. Only where its ground proved to be unfounded.",
    keyThen: {
      RELEASED:
        "The key is no longer refused. Other revocations planned for the same declaration are called off, too.",
      KEPT: "Only this certificate's revocation is called off. The key stays refused.",
    },
    reason: "Why it is called off",
    reasonHelp:
      "The subscriber reads it as it stands, by e-mail and on the site. It is kept in the audit log. At most 500 characters.",
    reasonExample: "For example: we looked into the report and found no misuse.",
    confirm: "I have made sure that the ground was unfounded",
    submit: "Call off",
  },
};
