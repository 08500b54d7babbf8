import type { mail as source } from "../ja/mail.ts";

const letter = (
  to: { readonly organization: string; readonly name: string },
  subject: string,
  ...paragraphs: readonly string[]
) => ({
  subject: `[Inkan] ${subject}`,
  text: [
    `Dear ${to.name},\n${to.organization}`,
    "Thank you for using Inkan.",
    ...paragraphs,
    "If you did not expect this mail, please reply to it and let us know.",
    "",
  ].join("\n\n"),
});

export const mail: typeof source = {
  validationValue: (p) =>
    letter(
      p,
      `Please show control of ${p.domain}`,
      `We need to see that you control ${p.domain}. Please publish the following value.`,
      [
        `  Domain:      ${p.domain}`,
        `  Method:      ${p.method}`,
        `  Where:       ${p.place}`,
        `  Value:       ${p.value}`,
        `  Valid until: ${p.until} (Japan time)`,
      ].join("\n"),
      `When it is in place, press "Check" on the page below. You may remove the value after the check has passed.\n${p.pageUrl}`,
    ),
  validationConfirmed: (p) =>
    letter(
      p,
      `Control of ${p.domain} confirmed`,
      `We have confirmed that you control ${p.domain}. You can now request certificates within this scope.`,
      [
        `  Domain:      ${p.domain}`,
        `  Method:      ${p.method}`,
        `  Scope:       ${p.scope}`,
        `  Valid until: ${p.until} (Japan time)`,
      ].join("\n"),
      `We will write again before it expires.\n${p.pageUrl}`,
    ),
  validationFailed: (p) =>
    letter(
      p,
      `Control of ${p.domain} could not be confirmed`,
      `We could not confirm that you control ${p.domain}.`,
      [`  Domain: ${p.domain}`, `  Method: ${p.method}`, `  Reason: ${p.reason}`].join("\n"),
      `Please check what is published and try again on the page below. Changes in DNS can take a while to be seen.\n${p.pageUrl}`,
    ),
  viewer: {
    title: "Demo mailbox",
    note: "Mail that arrives here is not passed on to anyone.",
    empty: "No mail has arrived yet.",
    received: "Received",
    to: "To",
    cc: "CC",
    replyTo: "Reply-To",
    from: "From",
    recipients: "Delivered to",
    subject: "Subject",
    back: "Back to the list",
    gone: "There is no such mail",
    reload: "Reload",
  },
};
