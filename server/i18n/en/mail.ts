import type { mail as source } from "../ja/mail.ts";

export const mail: typeof source = {
  greeting: (p) => `Dear ${p.name},\n${p.organization}`,
  opening: "Thank you for using Inkan.",
  closing: "If you do not recognise this message, please contact the certification authority.",
  viewer: {
    title: "Mails sent",
    to: "To",
    from: "From",
    subject: "Subject",
    at: "Sent at",
    empty: "No mail yet.",
  },
};
