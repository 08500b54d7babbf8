import type { mailbox as source } from "../ja/mailbox.ts";

export const mailbox: typeof source = {
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
};
