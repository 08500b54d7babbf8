export { type DeliveryCount, type DeliveryDeps, deliverMails, type MailCarrier } from "./deliver-mails.ts";
export type { Delivery, Mail, MessageState } from "./message.ts";
export { type FailedMail, failedMails } from "./pages.ts";
export { queueMails } from "./queue-mails.ts";
export { outboxTables } from "./tables.ts";
