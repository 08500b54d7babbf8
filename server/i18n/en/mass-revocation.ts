import type { massRevocation as source } from "../ja/mass-revocation.ts";

const number = (count: number) => count.toLocaleString("en");
const certificates = (count: number) => `${number(count)} ${count === 1 ? "certificate" : "certificates"}`;

export const massRevocation: typeof source = {
  state: {
    DRAFT: "Not started",
    RUNNING: "Under way",
    REVOKED: "Revoked",
    CLOSED: "Closed",
    ABANDONED: "Abandoned",
  },
  drill: "Drill",
  title: "Mass revocation",
  lead: "Revokes many certificates for one cause by the deadline, with replacements issued beforehand.",
  none: "There has been no mass revocation.",
  add: "Register a mass revocation",
  addDrill: "Register a drill",
  field: {
    name: "Title",
    ground: "Ground",
    explanation: "Explanation to subscribers",
    drill: "As a drill",
    knownOn: "Known since (day)",
    knownAt: "Known since (time)",
    known: "Known since",
    timing: "When to revoke",
    dueAt: "Deadline",
    executeAt: "Planned for",
    selector: "How the certificates are chosen",
    serials: "Serial numbers",
    lintReport: "Lint report",
    spkiSha256: "Hash of the public key (SHA-256)",
    siteId: "Subscriber's site ID",
    role: "Issuer",
    from: "Issued from",
    until: "Issued until",
    size: "Certificates",
    state: "State",
    createdBy: "Registered",
    startedBy: "Started",
    preparedAt: "Prepared",
    revokedAt: "Revoked",
    closedBy: "Report checked by",
    remark: "Remarks",
    subscriber: "Subscriber",
    certificate: "Certificate",
    serial: "Serial number",
    standing: "Replacement",
    replacedBy: "Replaced by",
  },
  sheets: (p: { count: number }) => certificates(p.count),
  subscribers: (p: { count: number }) => `${number(p.count)} ${p.count === 1 ? "subscriber" : "subscribers"}`,
  selector: {
    SERIALS: "A list of serial numbers",
    LINT: "A lint report",
    KEY: "A public key",
    SUBSCRIBER: "A subscriber",
    ISSUER: "An issuer and days of issue",
  },
  selectorHelp: {
    SERIALS:
      "One per line, or the first column of a CSV file. The CSV of a lint report can be pasted as it is.",
    LINT: "Every certificate that broke a rule when all valid certificates were linted.",
    KEY: "Every certificate that carries this key, of any subscriber.",
    SUBSCRIBER: "Every valid certificate of this subscriber.",
    ISSUER: "Every valid certificate issued on these days (Japan time, the last day included).",
  },
  timing: {
    DEADLINE: "30 minutes before the deadline (subscribers have time to install)",
    AT_ONCE: "As soon as it starts (no time to install)",
  },
  timingShort: { DEADLINE: "30 minutes before the deadline", AT_ONCE: "As soon as it starts" },
  plan: {
    AUTOMATIC:
      "Replacements with the same key, names and end of validity are issued automatically once it has started.",
    NEW_KEY:
      "The key is the cause, so nothing is replaced automatically. Subscribers are asked to request a reissue with a new key.",
    NEW_VALIDATION:
      "The validation is the cause, so nothing is replaced automatically. Subscribers are asked to validate again and to request a reissue.",
    NONE: "No replacements are issued on this ground.",
  },
  form: {
    title: "Register a mass revocation",
    lead: "Nothing is revoked yet. Another administrator checks the set and starts it.",
    cause: "Cause",
    set: "Set",
    nameHelp: "For ourselves; subscribers do not see it.",
    nameExample: "For example: wrong subjects, November 2026",
    explanationHelp:
      "Shown to subscribers, in mails and on pages, as it stands. Say what happened and why the certificates are revoked.",
    knownExample: "For example: 2026/11/22 14:05",
    knownWrong: "Type date and time like “2026/11/22 14:05”.",
    dayExample: "For example: 2026/11/01",
    lintOption: (p: { day: string; failed: number }) => `Report of ${p.day} (${certificates(p.failed)})`,
    lintNone: "Choose one",
    knownHelp: "The deadline is counted from this moment (Japan time).",
    drillHelp:
      "It runs like a real one, except that nothing is signed or revoked and no mail is sent (the yearly test of BR 5.7.1).",
    deadline: (p: { hours: number }) => (p.hours === 24 ? "within 24 hours" : "within 5 days"),
    submit: "Gather the set and check it",
  },
  show: {
    facts: "Contents",
    preview: "The set",
    previewHelp: "As it was when it was registered. Only these certificates are revoked.",
    counts: "Certificates now",
    sum: "Total",
    start: "Start the mass revocation",
    startDrill: "Start the drill",
    startTitle: (p: { name: string }) => `Start “${p.name}”`,
    startLead: "It starts as follows. Once started, it cannot be undone.",
    startDrillLead: "The drill issues nothing, revokes nothing and sends no mail.",
    startConfirm: (p: { count: number }) =>
      `The revocation of ${certificates(p.count)} is planned and the subscribers are told`,
    otherEyes:
      "An administrator other than the one who registered it has to start it. Ask a colleague to check it.",
    abandon: "Abandon it",
    abandonHelp: "Nothing has been revoked. Certificates and subscribers are not touched.",
    execute: "Revoke now, without waiting",
    executeHelp:
      "Revokes everything that is left, without waiting for the planned time. This cannot be undone.",
    executeConfirm: "Revoke everything that is left",
    preparing: "Preparation",
    waiting: (p: { at: string; left: string }) => `Revoked at ${p.at} (${p.left})`,
    revoking: "Revoking",
    overdue: (p: { at: string }) => `The deadline (${p.at}) has passed`,
    close: "Check the report and close",
    closeHelp: "Check the report below, add your remarks and close the case.",
    remarkHelp: "The cause, the reason for any delay, and what keeps it from happening again.",
    closed: (p: { name: string; at: string }) => `Checked by ${p.name} at ${p.at}`,
    csv: "Save the report as CSV",
    report: "Closing report",
    perSubscriber: "By subscriber",
    elapsed: "From learning of it to the end",
    inTime: "Within the deadline",
    late: "After the deadline",
    duration: (p: { days: number; hours: number; minutes: number }) =>
      [p.days > 0 ? `${p.days} d` : "", p.hours > 0 ? `${p.hours} h` : "", `${p.minutes} min`]
        .filter((part) => part !== "")
        .join(" "),
    total: "Set",
    alive: "Valid",
    revoked: "Revoked",
    replaced: "Replaced",
    automatic: "Of these, automatic",
    downloaded: "Downloaded before revocation",
    failed: "Not issued",
    open: "Open",
    lastRevoked: "Last revoked",
  },
  standing: {
    REPLACED: "Replaced",
    UNDER_WAY: "Being issued",
    FAILED: "Could not be issued",
    SUBSCRIBER: "Reissue to be requested",
    NONE: "No replacement",
    PENDING: "Being prepared",
  },
  banner: {
    title: (p: { open: number; total: number; at: string }) =>
      `${certificates(p.total)} will be revoked at ${p.at} (${number(p.open)} still open)`,
    allReplaced: (p: { total: number; at: string }) =>
      `${certificates(p.total)} will be revoked at ${p.at} (all replacements are issued)`,
    action: "Look at the certificates",
    left: (p: { left: string }) => `${p.left} left`,
  },
  own: {
    title: "Certificates to be revoked",
    lead: "The issuing company revokes these certificates. Please install new ones before that.",
    done: "These certificates are revoked.",
    why: "Why",
    when: "Planned for",
    what: {
      AUTOMATIC:
        "We issue the replacements. Download what is issued and install it. The key stays the same, so your private key can be used as it is.",
      NEW_KEY: "Make a new key on the server and request a reissue. There is no charge.",
      NEW_VALIDATION: "Validate the domain again, then request a reissue. There is no charge.",
      NONE: "No replacements are issued. Please ask us if anything is unclear.",
    },
    downloadedAt: (p: { at: string }) => `Downloaded ${p.at}`,
    notDownloaded: "Not downloaded yet",
    installedUnknown: "Whether it is installed is not known",
    reissue: "Request a reissue",
    next: "Show the next 100",
    revokedAt: (p: { at: string }) => `Revoked ${p.at}`,
    validUntil: (p: { at: string }) => `Until ${p.at}`,
  },
  mail: {
    line: {
      ground: (value: string) => `Ground: ${value}`,
      explanation: (value: string) => `Explanation: ${value}`,
      when: (value: string) => `Planned for: ${value}`,
      count: (value: number) => `Set: ${certificates(value)}`,
      certificate: (name: string, serial: string) => `- ${name} (${serial})`,
      more: (count: number) => `- and ${number(count)} more; the page above has them all`,
    },
    planned: {
      subject: (count: number, when: string) =>
        `[Important: certificates to be revoked] ${certificates(count)} (${when})`,
      opening: "We have to revoke the certificates below, and are sorry for the trouble this causes.",
      next: {
        AUTOMATIC:
          "We issue the replacements one after another, with the same keys and names. Download them as they are issued and install them before the revocation. For those we cannot issue by ourselves, please request a reissue on the page below.",
        NEW_KEY:
          "Before the revocation, make new keys on your servers and request reissues on the page below. There is no charge.",
        NEW_VALIDATION:
          "Before the revocation, validate your domains again and request reissues on the page below. There is no charge.",
        NONE: "No replacements are issued. The page below lists the certificates.",
      },
    },
    done: {
      subject: (count: number, _when: string) => `[Certificates revoked] ${certificates(count)}`,
      opening: "The certificates that we wrote to you about are revoked.",
      next: "If a server still uses one of them, please install the new certificate soon. The page below shows how each of them stands.",
    },
  },
};
