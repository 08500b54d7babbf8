import { createTransport } from "nodemailer";
import type { Language } from "../kernel/languages.ts";
import { refuseInsideTransaction } from "../kernel/transaction-marker.ts";

/** One mail, plain text first. Addresses are `name@example.jp` or `Name <name@example.jp>`. */
export interface OutgoingMail {
  /** With its angle brackets; the same on every attempt (RFC 5322 3.6.4). */
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly replyTo?: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly language: Language;
}

/**
 * What became of an attempt. temporary: the same mail may succeed later. permanent: the server refused this very
 * mail for good. `refusedFor` names the recipients that the server did not take while it took others.
 */
export type MailOutcome =
  | { readonly outcome: "sent"; readonly refusedFor: readonly string[] }
  | { readonly outcome: "temporary" | "permanent"; readonly why: string };

export interface Mailer {
  /** Throws only inside a transaction; every failure of mail is an outcome. */
  send(mail: OutgoingMail): Promise<MailOutcome>;
}

export interface MailerOptions {
  /** Silence of the server for this long ends an attempt. */
  readonly silence?: Temporal.Duration;
  /** An attempt ends within this time, whatever the server does. */
  readonly deadline?: Temporal.Duration;
}

/**
 * Sends through the server at `url`: smtp:// (STARTTLS where the server offers it) or smtps://, with user and
 * password if it asks for them.
 */
export function smtpMailer(url: string, options: MailerOptions = {}): Mailer {
  const silenceMs = (options.silence ?? Temporal.Duration.from({ seconds: 20 })).total("milliseconds");
  const deadlineMs = (options.deadline ?? Temporal.Duration.from({ seconds: 60 })).total("milliseconds");
  const transport = createTransport({
    url,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    dnsTimeout: silenceMs,
    // Nothing in a mail may make the server read a file or fetch a page.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      refuseInsideTransaction("send mail");
      if (unsafeHeader(mail)) return { outcome: "permanent", why: "a line break in a header" };
      try {
        const { rejected } = await transport.sendMail({
          messageId: mail.messageId,
          from: mail.from,
          to: [...mail.to],
          cc: [...(mail.cc ?? [])],
          replyTo: [...(mail.replyTo ?? [])],
          subject: mail.subject,
          text: mail.text,
          ...(mail.html === undefined ? {} : { html: mail.html }),
          headers: {
            // RFC 3834 5: robots and absence notices do not answer.
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
          },
          signal: AbortSignal.timeout(deadlineMs),
        });
        return { outcome: "sent", refusedFor: rejected };
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

/** nodemailer folds line breaks away; a header that holds one was made from something it should not be made from. */
function unsafeHeader(mail: OutgoingMail): boolean {
  const headers = [
    mail.messageId,
    mail.from,
    mail.subject,
    ...mail.to,
    ...(mail.cc ?? []),
    ...(mail.replyTo ?? []),
  ];
  return headers.some((each) => /[\r\n\0]/.test(each));
}

/**
 * Only a 5xx answer to the envelope or to the message itself is about this mail (RFC 5321 4.2.1). A refused login or
 * greeting, a lost connection, silence: the server may be in order again later.
 */
function failureOf(error: unknown): MailOutcome {
  const { code, responseCode, response, message } = error as {
    code?: string;
    responseCode?: number;
    response?: string;
    message?: string;
  };
  const aboutThisMail = code === "EENVELOPE" || code === "EMESSAGE";
  const permanent = aboutThisMail && (responseCode === undefined || responseCode >= 500);
  const why = (response ?? message ?? "unknown").replace(/[\r\n\0]+/g, " ").slice(0, 500);
  return { outcome: permanent ? "permanent" : "temporary", why };
}
