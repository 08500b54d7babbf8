import { defineTables } from "../db/index.ts";
import { LANGUAGES } from "../kernel/languages.ts";
import { MESSAGE_STATES } from "./message.ts";

export const outboxTables = defineTables((c) => {
  /** Mails: written in the transaction of what they tell about, sent afterwards, kept with their delivery state. */
  const messages = c.table(
    "outbox_messages",
    {
      id: c.id("id").primaryKey(),
      /** Which mail of domain.md 6 it is. */
      kind: c.text("kind").notNull(),
      tenant: c.id("tenant"),
      subjectKind: c.text("subject_kind").notNull(),
      subjectId: c.text("subject_id").notNull(),
      language: c.choice("language", LANGUAGES).notNull(),
      from: c.text("from_address").notNull(),
      to: c.json<readonly string[]>("to_addresses").notNull(),
      cc: c.json<readonly string[]>("cc_addresses").notNull(),
      replyTo: c.json<readonly string[]>("reply_to_addresses").notNull(),
      subject: c.text("subject").notNull(),
      text: c.text("text").notNull(),
      /** Takes the place of the text once the mail is sent or given up, for mails that hold a secret. */
      textToKeep: c.text("text_to_keep"),
      /** The Message-ID of every attempt, so that a repeated delivery is recognised as the same mail. */
      messageId: c.text("message_id").notNull().unique(),
      state: c.choice("state", MESSAGE_STATES).notNull(),
      attempts: c.whole("attempts").notNull(),
      nextAttemptAt: c.instant("next_attempt_at").notNull(),
      leaseOwner: c.text("lease_owner"),
      leaseUntil: c.instant("lease_until"),
      sentAt: c.instant("sent_at"),
      lastError: c.text("last_error"),
      createdAt: c.instant("created_at").notNull(),
    },
    (t) => [
      c.index("outbox_messages_due").on(t.state, t.nextAttemptAt),
      c.index("outbox_messages_tenant").on(t.tenant, t.id),
      c.index("outbox_messages_subject").on(t.subjectKind, t.subjectId),
    ],
  );
  return { messages };
});
