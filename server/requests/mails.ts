import { catalogue, problemSentence } from "../i18n/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import { timeInJapan } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import type { Language } from "../kernel/languages.ts";
import type { Problem } from "../kernel/problem.ts";
import type { Mail } from "../outbox/index.ts";
import type { Parties } from "./parties.ts";
import type { Product } from "./request.ts";

/** What a mail says about a request. */
export interface MailedRequest {
  readonly id: Id;
  readonly receiptNumber: string;
  readonly commonName: string;
  readonly names: readonly string[];
  readonly product: Product;
  readonly issueNoticeEmail: string;
}

interface MailFrame {
  readonly mailFrom: string;
  readonly siteUrls: { readonly applicant: string; readonly operator: string };
}

/** For whom, in whose words and when. */
export interface MailContext {
  readonly tenant: Tenant;
  readonly parties: Parties;
  readonly frame: MailFrame;
  readonly at: Temporal.Instant;
}

/**
 * Mail 14 (domain.md 6): the request was submitted. One to the address that hears of the issue, copied to the notice
 * address, with the way to the request; one to the operators, with the way to approve it.
 */
export function submittedMails(request: MailedRequest, requestedBy: string, context: MailContext): Mail[] {
  const { parties, frame } = context;
  const t = catalogue(parties.language).requests.mail;
  const facts = factLines(request, parties.language, requestedBy);
  const toApplicant: Mail = {
    ...mailTo([request.issueNoticeEmail], "request-submitted", request, context),
    cc: [parties.noticeAddress],
    subject: t.submitted.subject(request),
    text: letter(parties, [
      t.submitted.opening,
      facts,
      t.submitted.next,
      `${frame.siteUrls.applicant}/requests/${request.id}`,
    ]),
  };
  if (parties.operatorEmails.length === 0) return [toApplicant];
  const toOperators: Mail = {
    ...mailTo(parties.operatorEmails, "request-to-approve", request, context),
    subject: t.toApprove.subject(request),
    text: letter(parties, [
      t.toApprove.opening,
      facts,
      t.toApprove.next,
      `${frame.siteUrls.operator}/requests/${request.id}`,
    ]),
  };
  return [toApplicant, toOperators];
}

/** How a request ended, as mail 15 tells it. */
export type Outcome =
  | { readonly kind: "rejected" | "cancelled"; readonly reason: string | null }
  | { readonly kind: "failed"; readonly problem: Problem }
  | {
      readonly kind: "issued" | "revoked";
      readonly certificateId: Id;
      readonly serial: string;
      readonly notBefore: Temporal.Instant;
      readonly notAfter: Temporal.Instant;
      readonly reason?: string | null;
    };

/** Mail 15 (domain.md 6): rejected, cancelled, failed, issued or revoked; copied to the notice address. */
export function outcomeMail(request: MailedRequest, outcome: Outcome, context: MailContext): Mail {
  const { parties, frame } = context;
  const t = catalogue(parties.language).requests.mail[outcome.kind];
  const path =
    "certificateId" in outcome ? `certificates/${outcome.certificateId}` : `requests/${request.id}`;
  const facts = [factLines(request, parties.language, null), ...outcomeLines(outcome, parties.language)];
  return {
    ...mailTo([request.issueNoticeEmail], `request-${outcome.kind}`, request, context),
    cc: [parties.noticeAddress],
    subject: t.subject(request),
    text: letter(parties, [t.opening, facts.join("\n"), t.next, `${frame.siteUrls.applicant}/${path}`]),
  };
}

function outcomeLines(outcome: Outcome, language: Language): string[] {
  const c = catalogue(language);
  const t = c.requests.mail.line;
  if (outcome.kind === "failed") return [t.reason(problemSentence(c, outcome.problem))];
  const reason = outcome.reason ? [t.reason(outcome.reason)] : [];
  if (!("certificateId" in outcome)) return reason;
  return [
    t.serial(outcome.serial.toUpperCase()),
    t.validity(`${timeInJapan(outcome.notBefore)} JST`, `${timeInJapan(outcome.notAfter)} JST`),
    ...reason,
  ];
}

function factLines(request: MailedRequest, language: Language, requestedBy: string | null): string {
  const { mail: t, product } = catalogue(language).requests;
  return [
    t.line.receiptNumber(request.receiptNumber),
    t.line.commonName(request.commonName, request.names.length - 1),
    t.line.product(product[request.product]),
    ...(requestedBy === null ? [] : [t.line.requestedBy(requestedBy)]),
  ].join("\n");
}

/** H (domain.md 6): the notice address is CC and Reply-To, never From (SPF, DMARC). */
function mailTo(
  to: readonly string[],
  kind: string,
  request: MailedRequest,
  { tenant, parties, frame, at }: MailContext,
): Omit<Mail, "subject" | "text"> {
  return {
    kind,
    tenant,
    about: { kind: "certificateRequest", id: request.id },
    language: parties.language,
    from: frame.mailFrom,
    to,
    replyTo: [parties.noticeAddress],
    at,
  };
}

function letter(parties: Parties, paragraphs: readonly string[]): string {
  const { mail } = catalogue(parties.language).requests;
  return [mail.greeting(parties.name), ...paragraphs, mail.closing].join("\n\n");
}
