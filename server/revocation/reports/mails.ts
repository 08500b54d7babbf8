import { catalogue } from "../../i18n/index.ts";
import { type Tenant, tenantOf } from "../../kernel/actor.ts";
import { timeInJapan } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import type { Language } from "../../kernel/languages.ts";
import type { Mail } from "../../outbox/index.ts";
import type { Parties } from "../../requests/index.ts";
import type { Urgency } from "./report.ts";
import type { StoredReport } from "./store.ts";

/** What the mails about problem reports are framed by. */
export interface ReportMailFrame {
  readonly mailFrom: string;
  readonly issuerName: string;
  readonly deskUrl: () => string;
}

type Told = Pick<StoredReport, "id" | "receiptNumber" | "category" | "receivedAt" | "preliminaryDueAt">;

/** What a proven compromise has led to already. */
export interface Consequence {
  readonly certificates: number;
  /** There may be more of them than were counted. */
  readonly perhapsMore: boolean;
  readonly executeAt: Temporal.Instant;
}

const jst = (at: Temporal.Instant) => `${timeInJapan(at)} JST`;

/**
 * The receipt, to the address that the reporter gave. It holds nothing that the reporter wrote: the address may be
 * somebody else's, and nobody sends words of their own through this form.
 */
export function receiptMail(
  report: Told & { readonly language: Language; readonly reporterEmail: string },
  proven: Consequence | null,
  frame: ReportMailFrame,
): Mail {
  const t = catalogue(report.language).problemReports.mail;
  const outcome =
    proven === null
      ? t.receipt.next({ until: jst(report.preliminaryDueAt) })
      : proven.certificates === 0
        ? t.receipt.blocked
        : t.receipt.proven({ ...proven, count: proven.certificates, at: jst(proven.executeAt) });
  return {
    ...mailAbout(report, "problem-report-received", null, report.language, [report.reporterEmail], frame),
    at: report.receivedAt,
    subject: t.receipt.subject({ receiptNumber: report.receiptNumber }),
    text: letter(report.language, frame, t.toReporter, [
      t.receipt.opening,
      factLines(report, report.language),
      outcome,
    ]),
  };
}

/** To the desk: a report has arrived; the clock runs. */
export function arrivedMail(
  report: Told & Pick<StoredReport, "proof" | "nextDueAt">,
  to: readonly string[],
  frame: ReportMailFrame,
): Mail {
  const t = catalogue(DESK).problemReports;
  return {
    ...mailAbout(report, "problem-report-arrived", null, DESK, to, frame),
    at: report.receivedAt,
    subject: t.mail.arrived.subject({
      receiptNumber: report.receiptNumber,
      category: t.category[report.category],
    }),
    text: [
      t.mail.arrived.opening,
      [factLines(report, DESK), t.mail.line.proof(t.proof[report.proof])].join("\n"),
      report.nextDueAt === null
        ? t.mail.arrived.settled
        : t.mail.arrived.next({ until: jst(report.nextDueAt) }),
      linkTo(report.id, frame),
    ].join("\n\n"),
  };
}

/** To the desk: a deadline is near, or has passed. */
export function warningMail(
  report: Told,
  warning: {
    readonly which: "preliminary" | "decision";
    readonly dueAt: Temporal.Instant;
    readonly urgency: Urgency;
  },
  to: readonly string[],
  frame: ReportMailFrame,
  at: Temporal.Instant,
): Mail {
  const t = catalogue(DESK).problemReports;
  const what = t.deadline[warning.which];
  const subject = warning.urgency === "OVERDUE" ? t.mail.warning.overdue : t.mail.warning.near;
  return {
    ...mailAbout(report, "problem-report-warning", null, DESK, to, frame),
    at,
    subject: subject({ receiptNumber: report.receiptNumber, what, until: jst(warning.dueAt) }),
    text: [
      t.mail.warning.opening({ what, until: jst(warning.dueAt) }),
      factLines(report, DESK),
      linkTo(report.id, frame),
    ].join("\n\n"),
  };
}

/** The preliminary report or the decision, to the reporter. */
export function reporterMail(
  report: Told & { readonly language: Language; readonly reporterEmail: string },
  kind: "preliminary" | "upheld" | "settled" | "dismissed",
  words: string,
  frame: ReportMailFrame,
  at: Temporal.Instant,
): Mail {
  const t = catalogue(report.language).problemReports.mail;
  return {
    ...mailAbout(report, `problem-report-${kind}`, null, report.language, [report.reporterEmail], frame),
    at,
    subject: t[kind].subject({ receiptNumber: report.receiptNumber }),
    text: letter(report.language, frame, t.toReporter, [
      t[kind].opening,
      factLines(report, report.language),
      words,
    ]),
  };
}

/** The same to a subscriber whose certificates the report is about. Who reported is nobody's business but ours. */
export function subscriberMail(
  report: Told,
  kind: "preliminary" | "settled" | "dismissed",
  words: string,
  subscriber: { readonly tenant: Id; readonly parties: Parties; readonly serials: readonly string[] },
  frame: ReportMailFrame,
  at: Temporal.Instant,
): Mail {
  const { parties, serials } = subscriber;
  const t = catalogue(parties.language).problemReports.mail;
  const facts = [
    factLines(report, parties.language),
    ...serials.map((serial) => t.line.serial(serial.toUpperCase())),
  ].join("\n");
  return {
    ...mailAbout(
      report,
      `problem-report-${kind}`,
      tenantOf(subscriber.tenant),
      parties.language,
      [parties.noticeAddress],
      frame,
    ),
    cc: parties.operatorEmails,
    replyTo: [parties.noticeAddress],
    at,
    subject: t[kind].subject({ receiptNumber: report.receiptNumber }),
    text: letter(parties.language, frame, t.toSubscriber({ name: parties.name }), [
      t[kind].openingToSubscriber,
      facts,
      words,
    ]),
  };
}

/** The desk works in Japanese. */
const DESK: Language = "ja";

const linkTo = (id: Id, frame: ReportMailFrame) => `${frame.deskUrl()}/problem-reports/${id}`;

function mailAbout(
  report: Told,
  kind: string,
  tenant: Tenant | null,
  language: Language,
  to: readonly string[],
  frame: ReportMailFrame,
): Omit<Mail, "subject" | "text" | "at"> {
  return {
    kind,
    tenant,
    about: { kind: "problemReport", id: report.id },
    language,
    from: frame.mailFrom,
    to,
  };
}

function factLines(report: Told, language: Language): string {
  const { mail: t, category } = catalogue(language).problemReports;
  return [
    t.line.receiptNumber(report.receiptNumber),
    t.line.category(category[report.category]),
    t.line.receivedAt(jst(report.receivedAt)),
  ].join("\n");
}

function letter(
  language: Language,
  frame: ReportMailFrame,
  greeting: string,
  paragraphs: readonly string[],
): string {
  const t = catalogue(language).problemReports.mail;
  return [greeting, ...paragraphs, t.closing({ issuer: frame.issuerName })].join("\n\n");
}
