import { catalogue } from "../i18n/index.ts";
import { timeInJapan } from "../kernel/clock.ts";
import type { Mail } from "../outbox/index.ts";
import type { User } from "./store.ts";

/** Where the mails of accounts come from and lead to. */
export interface MailSettings {
  readonly mailFrom: string;
  /** The sites as people reach them. */
  readonly siteUrls: { readonly applicant: string };
}

type Addressee = Pick<
  User,
  "id" | "tenant" | "language" | "name" | "organization" | "loginId" | "passwordNoticeEmail" | "noticeAddress"
>;

/** Mail 12 (domain.md 6): where the site is and under which ID. The password comes separately. */
export function loginMail(settings: MailSettings, user: Addressee, at: Temporal.Instant): Mail {
  const t = catalogue(user.language).account.mail;
  return {
    ...envelope(settings, user, at),
    kind: "applicant-login",
    subject: t.login.subject,
    text: t.login.text({
      ...named(user),
      url: `${settings.siteUrls.applicant}/login`,
      loginId: user.loginId,
    }),
  };
}

/** Mail 13: the temporary password, which is not kept once the mail has gone. */
export function temporaryPasswordMail(
  settings: MailSettings,
  user: Addressee,
  at: Temporal.Instant,
  { password, until }: { password: string; until: Temporal.Instant },
): Mail {
  const t = catalogue(user.language).account.mail;
  const values = {
    ...named(user),
    url: `${settings.siteUrls.applicant}/login`,
    until: timeInJapan(until),
  };
  return {
    ...envelope(settings, user, at),
    kind: "temporary-password",
    subject: t.temporary.subject,
    text: t.temporary.text({ ...values, password }),
    textToKeep: t.temporary.text({ ...values, password: t.temporary.removed }),
  };
}

const named = ({ organization, name }: Addressee) => ({ organization, name });

function envelope({ mailFrom }: MailSettings, user: Addressee, at: Temporal.Instant) {
  return {
    at,
    tenant: user.tenant,
    about: { kind: "user", id: user.id },
    language: user.language,
    from: mailFrom,
    to: [user.passwordNoticeEmail],
    replyTo: [user.noticeAddress],
  } as const;
}
