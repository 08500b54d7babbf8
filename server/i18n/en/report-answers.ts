import type { reportAnswers as source } from "../ja/report-answers.ts";
import { published } from "./published.ts";

const wordsHelp =
  "Do not name the reporter: the subscribers receive the same text. At most 4,000 characters.";

export const reportAnswers: typeof source = {
  preliminary: {
    title: "Send the preliminary report",
    lead: "The same text goes to the reporter and to the subscribers of the certificates. The time is recorded, and the deadline of the preliminary report is met.",
    words: "Text",
    wordsHelp,
    draft:
      "So far we have found:\n\n- The certificate was issued by us.\n\nWe go on investigating. If the certificate has to be revoked, we revoke it within its deadline.",
    checkTitle: "Check the preliminary report",
    checkLead: "This is what will be sent. It cannot be taken back.",
    consequences: [
      "The time is recorded, and the deadline of the preliminary report is met.",
      "The investigation goes on. The next deadline is that of the decision.",
    ],
    submit: "Send this text",
  },
  settlement: {
    title: "Close as dealt with",
    lead: "For reports of which every certificate is revoked already, or planned to be by the deadline of the decision. The reporter and the subscribers are told so, and the report is closed.",
    words: "To the reporter and the subscribers",
    wordsHelp,
    draft:
      "The certificates that you reported are revoked already, or their revocation is planned. No further revocation follows from this report, and we close it.",
    checkTitle: "Check before you close it as dealt with",
    checkLead: "It is not closed yet. A closed report cannot be opened again.",
    consequences: [
      "Both deadlines of this report stop as met.",
      "Planned revocations go ahead as planned.",
      "Your name and the time stay in the audit log.",
    ],
    submit: "Close as dealt with",
  },
  dismissal: {
    title: "Close without revocation",
    lead: "For reports whose investigation found no ground for a revocation. The reason goes to the reporter and to the subscribers of the certificates.",
    words: "Reason",
    wordsHelp,
    draft: "",
    checkTitle: "Check before you close it without revocation",
    checkLead: "It is not closed yet. A closed report cannot be opened again.",
    consequences: [
      "Both deadlines of this report stop as met.",
      "The certificates can be used as before.",
      "Your name and the time stay in the audit log.",
    ],
    submit: "Close without revocation",
  },
  revocation: {
    title: "Decide to revoke",
    lead: "Orders the revocation of the certificates concerned. A revocation is final. The deadline counts from the receipt of the report.",
    field: {
      certificates: "Certificates to revoke",
      ground: "Ground of the revocation",
      when: "When",
      executeAt: "Time of the revocation (Japan)",
      words: "Explanation",
    },
    optionNote: (p) => `${p.subscriber}, ${p.serial}`,
    planned: (p) => `to be revoked ${p.at}`,
    due: (p) => `Deadline: ${p.at}`,
    now: "Revoke now",
    nowHelp: "It is revoked as soon as you confirm on the next page.",
    later: "Revoke at a planned time",
    laterHelp:
      "Where the subscriber needs time to replace the certificate. No time after the deadline is possible.",
    executeAtHelp: "For a revocation at a planned time.",
    executeAtExample: "For example: 2026/11/22 14:00",
    wordsHelp:
      "Goes to the subscriber with the revocation, and to the reporter as the outcome. At most 4,000 characters.",
    none: "No certificate on this report can be revoked. Add the certificate, or close the report in another way.",
    checkTitle: "Check the decision",
    checkLead: "Nothing is decided yet. A revocation is final.",
    overdue: (p) =>
      `The deadline of this ground has passed (${p.left}). Revoke at once, and write down what happened.`,
    chosen: (p) => `Certificates to revoke (${p.count})`,
    spared: (p) => `Certificates to leave alone (${p.count})`,
    sparedHelp: "They are on this report, and are not revoked this time.",
    decision: "The revocation",
    consequences: "When you decide so",
    consequence: {
      now: "The certificates are revoked at once. This is final.",
      later: (p) => `The subscriber is told, and the certificates are revoked by themselves at ${p.at}.`,
      published,
      key: "The key will never again be accepted in a request, of any subscriber.",
      reporter: "The reporter is told the outcome with your explanation.",
      noReporter: "The reporter gave no address and is not told.",
      record: "Your name and the time stay in the audit log.",
    },
    confirm: (p) => `I have checked that these certificates are to be revoked: ${p.count}`,
    submit: "Decide to revoke",
  },
  change: "Back to the form",
  to: "Goes to",
  toReporter: (p) => `The reporter (${p.email})`,
  toSubscriber: (p) => `The subscriber (${p.name})`,
  toNobody: "The reporter gave no address: nothing is sent.",
  noSubscriber: "No certificate of a subscriber is on the report: no subscriber is told.",
  consequences: { sending: "When you send it", closing: "When you close it" },
  tooEarly: "Some certificates are not dealt with yet",
  tooEarlyText:
    "There are certificates that are neither revoked nor planned to be by the deadline of the decision. A plan that the subscriber can call off does not count. Decide to revoke them, or take them off the report, before you close it.",
  receipt: {
    title: {
      PRELIMINARY: "The preliminary report is sent",
      REVOCATION_ORDERED: "The revocation is decided",
      SETTLED: "The report is closed as dealt with",
      DISMISSED: "The report is closed without revocation",
    },
    report: "Problem report",
    answeredAt: {
      PRELIMINARY: "Sent",
      REVOCATION_ORDERED: "Decided",
      SETTLED: "Closed",
      DISMISSED: "Closed",
    },
    revoked: "Certificates revoked",
    sheets: (p) => p.count,
    planned: "Still to be revoked",
    plannedLine: (p) => `${p.name}: ${p.at}`,
    mails:
      "The mails go out within minutes. Those that cannot be delivered are listed on the home page of the desk.",
    decide: (p) => `Go on with the investigation, and decide by ${p.at} whether to revoke (${p.left}).`,
    execute:
      "At the planned time they are revoked by themselves. Until then they stand among the planned revocations.",
    published,
    over: "Nothing else is to be done about this report. New facts make a new report.",
    nextReport: (p) => `The next report is ${p.receiptNumber} (${p.left} to its deadline).`,
    nextOverdue: (p) => `The next report is ${p.receiptNumber} (past its deadline).`,
    noNext: "No other report is open.",
    show: "Back to this report",
    openNext: "Go on to the next report",
    list: "All problem reports",
    revocations: "All revocations",
  },
};
