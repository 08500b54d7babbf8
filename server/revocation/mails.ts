import { catalogue } from "../i18n/index.ts";
import { tenantOf } from "../kernel/actor.ts";
import { timeInJapan } from "../kernel/clock.ts";
import type { Mail } from "../outbox/index.ts";
import { outcomeMail, type Parties } from "../requests/index.ts";
import type { Ground } from "./revocation.ts";
import type { RevocableCertificate, StoredOrder } from "./store.ts";

/** What every mail is framed by. */
export interface MailFrame {
  readonly mailFrom: string;
  readonly siteUrls: { readonly applicant: string; readonly operator: string };
}

type Told = Pick<StoredOrder, "ground" | "reason" | "explanation">;

/** Mail 15 (domain.md 6): revoked. To the address that hears of the issue, copied to the notice address. */
export function revokedMail(
  certificate: RevocableCertificate,
  order: Told,
  parties: Parties,
  frame: MailFrame,
  at: Temporal.Instant,
): Mail[] {
  const { request, id: certificateId, serial, notBefore, notAfter } = certificate;
  if (!request) return [];
  const t = catalogue(parties.language).revocation;
  const words = [t.reason[order.reason].name, order.explanation].filter((text) => text !== "");
  const reason = words.join(t.mail.colon);
  const outcome = { kind: "revoked", certificateId, serial, notBefore, notAfter, reason } as const;
  return [outcomeMail(request, outcome, { tenant: tenantOf(request.subscriberId), parties, frame, at })];
}

/**
 * The preliminary notice to the subscriber (BR 4.9.5): what will be revoked, why, when at the latest, and what to do
 * until then; to the same addresses and to the operators, who can revoke earlier.
 */
export function plannedMail(
  certificate: RevocableCertificate,
  order: Told & Pick<StoredOrder, "executeAt" | "origin">,
  parties: Parties,
  frame: MailFrame,
  at: Temporal.Instant,
): Mail[] {
  const t = catalogue(parties.language).revocation.mail;
  const when = `${timeInJapan(order.executeAt)} JST`;
  // Said by an applicant alone: its operators hear at once that they may stop it.
  const isDeclared = order.origin === "replacement" && order.reason === "keyCompromise";
  const { siteUrls } = frame;
  return notice(certificate, order, parties, frame, at, {
    kind: "revocation-planned",
    subject: t.planned.subject(certificate.request?.commonName ?? "", when),
    opening: isDeclared ? t.planned.declared : t.planned.opening,
    lines: [
      t.line.executeAt(when),
      ...(isDeclared
        ? [t.line.callOff(`${siteUrls.operator}/certificates/${certificate.id}/revocation/cancellation`)]
        : []),
    ],
    next: t.planned.next(groundAsks(order.ground)),
  });
}

/** The planned revocation was called off. */
export function cancelledMail(
  certificate: RevocableCertificate,
  order: Told,
  reason: string,
  parties: Parties,
  frame: MailFrame,
  at: Temporal.Instant,
): Mail[] {
  const t = catalogue(parties.language).revocation.mail;
  return notice(certificate, order, parties, frame, at, {
    kind: "revocation-cancelled",
    subject: t.cancelled.subject(certificate.request?.commonName ?? ""),
    opening: t.cancelled.opening,
    lines: [t.line.cancelReason(reason)],
    next: t.cancelled.next,
  });
}

/** A key that is known to others needs a new one; other grounds need a new certificate only. */
const groundAsks = (ground: Ground): "newKey" | "newCertificate" =>
  ground === "KEY_COMPROMISE" || ground === "KEY_COMPUTABLE" || ground === "WEAK_PARAMETERS"
    ? "newKey"
    : "newCertificate";

function notice(
  certificate: RevocableCertificate,
  order: Told,
  parties: Parties,
  frame: MailFrame,
  at: Temporal.Instant,
  words: {
    readonly kind: string;
    readonly subject: string;
    readonly opening: string;
    readonly lines: readonly string[];
    readonly next: string;
  },
): Mail[] {
  const { request, serial } = certificate;
  if (!request) return [];
  const { revocation: t, requests } = catalogue(parties.language);
  const { line } = requests.mail;
  const facts = [
    line.receiptNumber(request.receiptNumber),
    line.commonName(request.commonName, request.names.length - 1),
    line.serial(serial.toUpperCase()),
    t.mail.line.ground(t.ground[order.ground].name),
    ...words.lines,
    ...(order.explanation === "" ? [] : [t.mail.line.explanation(order.explanation)]),
  ];
  const paragraphs = [words.opening, facts.join("\n"), words.next];
  return [
    {
      kind: words.kind,
      tenant: tenantOf(request.subscriberId),
      about: { kind: "certificateRequest", id: request.id },
      language: parties.language,
      from: frame.mailFrom,
      to: [request.issueNoticeEmail],
      // H (domain.md 6), and the operators, who are the ones to act.
      cc: [parties.noticeAddress, ...parties.operatorEmails],
      replyTo: [parties.noticeAddress],
      at,
      subject: words.subject,
      text: [
        requests.mail.greeting(parties.name),
        ...paragraphs,
        `${frame.siteUrls.operator}/certificates/${certificate.id}`,
        requests.mail.closing,
      ].join("\n\n"),
    },
  ];
}
