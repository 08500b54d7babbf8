import type { problemReports as source } from "../ja/problem-reports.ts";
import { deskProblemReports } from "./desk-problem-reports.ts";
import { published } from "./published.ts";
import { reportAnswers } from "./report-answers.ts";

export const problemReports: typeof source = {
  title: "Report a problem with a certificate",
  category: {
    KEY_COMPROMISE: "Key compromise",
    MISUSE: "Misuse or phishing",
    WRONG_CONTENT: "Wrong contents",
    NO_RIGHT_TO_NAME: "No right to the domain name",
    OTHER: "Something else",
  },
  categoryHelp: {
    KEY_COMPROMISE: "The private key has leaked, is public, or can be computed.",
    MISUSE: "The certificate serves impersonation, phishing, malware or the like.",
    WRONG_CONTENT: "The organisation's name, its place or another entry is not true.",
    NO_RIGHT_TO_NAME: "The holder has lost the right to use a domain name in the certificate.",
    OTHER: "None of these, or you cannot tell.",
  },
  state: {
    OPEN: "Open",
    REVOCATION_ORDERED: "Revocation ordered",
    SETTLED: "Closed as dealt with",
    DISMISSED: "Closed without revocation",
  },
  proof: {
    NONE: "None",
    NAMED: "Key identified (no proof)",
    PROVEN: "Private key proven",
  },
  proofKind: { PRIVATE_KEY: "Private key file", CSR: "CSR" },
  field: {
    category: "Kind of problem",
    domain: "Domain name",
    serial: "Serial number",
    fingerprint: "SHA-256 fingerprint",
    certificate: "Certificate (PEM)",
    certificateFile: "Certificate file",
    description: "What happened",
    proofFile: "CSR or private key file",
    proof: "CSR as text",
    reporterName: "Your name",
    reporterEmail: "Your e-mail address",
    language: "Language for our answers",
    key: "Public key",
    keyHash: "SHA-256 of the public key",
    proofResult: "Result of the proof",
  },
  form: {
    lead: (p: { hours: number }) =>
      `Anybody may report a problem with a certificate of ours, at any hour. Within ${p.hours} hours of your report we investigate and send you our first findings.`,
    notForSubscribers:
      "To revoke a certificate of your own, use the operator site: it is revoked there and then.",
    whichTitle: "Which certificate",
    whichHelp: "Fill in at least one of these. The more you give, the surer we find it.",
    domainHelp: "The domain name of the site that uses the certificate. A whole URL will do.",
    domainExample: "For example: www.example.co.jp",
    serialHelp: "In hexadecimal, with or without colons and spaces.",
    fingerprintHelp: "64 hexadecimal digits. A SHA-1 fingerprint (40 digits) does not identify it.",
    certificateHelp:
      "Paste everything from “-----BEGIN CERTIFICATE-----” to “-----END CERTIFICATE-----”, or choose a file below.",
    certificateFileHelp: "PEM or DER. A file goes before pasted text.",
    whatTitle: "Your report",
    descriptionHelp:
      "What happens, when and where, as precisely as you can. URLs and the time you saw it make us quicker. Do not write private keys or passwords here.",
    proofTitle: "Proof that you hold the private key",
    proofLead:
      "If you have the leaked private key, you can prove it in one of two ways. A proven key is blocked for ever on the spot, and every certificate that uses it is revoked within 24 hours. You may report without a proof.",
    proofWays: [
      "With a CSR (recommended): sign a CSR with that private key whose common name is “Proof of Key Compromise”, as in the command below, and choose or paste it. You need not send the key.",
      "With the private key: choose its file (PEM or DER, not encrypted).",
    ],
    proofCommand: "Command that makes the CSR",
    proofKept:
      "A private key is handled in memory only, while it is checked. It is never stored, logged or passed on, and is erased right afterwards. What remains is the hash of the public key.",
    proofFileHelp: "Up to 32 KB.",
    proofHelp: "Paste a CSR only. Never paste a private key: choose its file above.",
    proofDone: "You have proven that you hold the private key",
    proofDoneText: "The file has been erased. You need not choose it again.",
    proofNamed: "The CSR has identified the key",
    proofNamedText:
      "Its common name is not “Proof of Key Compromise”. It tells us which key you mean, and does not prove that you hold it.",
    forgetProof: "Leave this key out of the report",
    whoTitle: "How to reach you",
    whoLead:
      "You may stay anonymous. With an e-mail address you receive the receipt number and our findings by mail. We never tell the holder of the certificate who you are.",
    again: "Please choose the file with the CSR or private key again.",
    identifyOne: "Tell us at least one thing by which the certificate can be found.",
  },
  check: {
    title: "Check your report",
    lead: "Nothing has been sent yet. Check it, then choose “Send this report”.",
    what: "Your report",
    which: "Which certificate",
    proof: "Proof that you hold the private key",
    who: "How to reach you",
    certificateSent: "Attached",
    anonymous: "Anonymous",
    noMail: "None (the next page shows the receipt number)",
    submit: "Send this report",
    provenNotice: "Sending this report blocks the key",
    provenNoticeText:
      "You have proven that you hold the private key. When you send the report, the key is blocked for ever, and the revocation of every certificate that uses it is ordered.",
  },
  receipt: {
    title: "We have received your report",
    number: "Receipt number",
    keepNumber: "Keep it: we will ask for it.",
    receivedAt: "Received",
    until: "First findings by",
    mailed: "A copy has been sent to you by mail.",
    notMailed: "No copy has been mailed. Please write the receipt number down.",
    next: [
      "Our staff investigate the facts.",
      "Within 24 hours we tell our first findings to you and to the holder of the certificate.",
      "If the certificate has to be revoked, we revoke it within its deadline (24 hours or 5 days) and tell you.",
    ],
    proven: "The compromise is proven and the key is blocked",
    provenText: (p: { count: string; perhapsMore: boolean; at: string }) =>
      `Certificates that use this key and will be revoked by ${p.at}: ${p.perhapsMore ? "at least " : ""}${p.count}.`,
    blockedText:
      "No further valid certificate uses this key. No certificate will ever be issued for it again.",
    provenNext: (p: { at: string; mailed: boolean }) => [
      "The holder of the certificate has been told of the revocation, and to change the key.",
      `It is revoked by ${p.at}. ${published}`,
      p.mailed
        ? "Should we need to tell you more, we write to the address you gave. You need do nothing else."
        : "You gave no e-mail address, so you hear no more from us. You need do nothing else.",
    ],
    another: "Report another problem",
  },
  explanation: (receiptNumber: string | null) =>
    receiptNumber === null
      ? "We know that the private key of this certificate has leaked."
      : `A digital signature has proven that somebody else holds the private key of this certificate (problem report ${receiptNumber}).`,
  deadline: { preliminary: "Preliminary report", decision: "Decision" },
  urgency: { CALM: "In time", SOON: "Within 6 hours", URGENT: "Within 1 hour", OVERDUE: "Overdue" },
  mail: {
    toReporter: "Dear reporter,\n\nThank you for telling us about a problem with a certificate.",
    toSubscriber: (p: { name: string }) => `To the contact of ${p.name}\n\nThank you for using Inkan.`,
    closing: (p: { issuer: string }) => `${p.issuer}, vetting desk`,
    line: {
      receiptNumber: (value: string) => `Receipt number: ${value}`,
      category: (value: string) => `Kind of problem: ${value}`,
      receivedAt: (value: string) => `Received: ${value}`,
      proof: (value: string) => `Proof: ${value}`,
      serial: (value: string) => `Serial number: ${value}`,
    },
    receipt: {
      subject: (p: { receiptNumber: string }) => `[Problem report received] ${p.receiptNumber}`,
      opening:
        "We have received the following report. If you know nothing of it, somebody has typed your address; please ignore this mail.",
      next: (p: { until: string }) =>
        `We investigate and send our first findings to this address by ${p.until}.`,
      proven: (p: { count: number; perhapsMore: boolean; at: string }) =>
        `The private key is proven to have leaked, and the key is blocked for ever. Certificates that use it and will be revoked by ${p.at}: ${p.perhapsMore ? "at least " : ""}${p.count}.`,
      blocked:
        "The private key is proven to have leaked, and the key is blocked for ever. No further valid certificate uses it.",
    },
    arrived: {
      subject: (p: { receiptNumber: string; category: string }) =>
        `[Problem report] ${p.category} (${p.receiptNumber})`,
      opening: "A certificate problem report has arrived.",
      next: (p: { until: string }) => `Its next deadline is ${p.until}. Read it and start the investigation.`,
      settled:
        "The private key is proven to have leaked, and the revocation of every certificate concerned has been ordered. Check what was ordered.",
    },
    warning: {
      near: (p: { receiptNumber: string; what: string; until: string }) =>
        `[Deadline near] ${p.what} ${p.until} (${p.receiptNumber})`,
      overdue: (p: { receiptNumber: string; what: string; until: string }) =>
        `[Deadline passed] ${p.what} ${p.until} (${p.receiptNumber})`,
      opening: (p: { what: string; until: string }) =>
        `The deadline of this problem report (${p.what}) is ${p.until}. Attend to it now.`,
    },
    preliminary: {
      subject: (p: { receiptNumber: string }) => `[Problem report: first findings] ${p.receiptNumber}`,
      opening: "These are our findings so far.",
      openingToSubscriber:
        "A problem with a certificate of yours was reported, and we are investigating. These are our findings so far.",
    },
    upheld: {
      subject: (p: { receiptNumber: string }) => `[Problem report: outcome] ${p.receiptNumber}`,
      opening: "We have investigated your report and decided to revoke the certificate.",
    },
    settled: {
      subject: (p: { receiptNumber: string }) => `[Problem report: outcome] ${p.receiptNumber}`,
      opening:
        "We have investigated your report and found that the certificates are revoked already, or that their revocation is planned.",
      openingToSubscriber:
        "We have investigated a problem that was reported with certificates of yours. They are revoked already, or their revocation is planned. You need not do anything further.",
    },
    dismissed: {
      subject: (p: { receiptNumber: string }) => `[Problem report: outcome] ${p.receiptNumber}`,
      opening: "We have investigated your report and found no ground for a revocation.",
      openingToSubscriber:
        "We have investigated a problem that was reported with a certificate of yours and found no ground for a revocation. You can go on using the certificate.",
    },
  },
  answer: reportAnswers,
  ...deskProblemReports,
};
