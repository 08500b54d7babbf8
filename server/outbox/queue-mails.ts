import { type Executor, insertRows } from "../db/index.ts";
import { newId } from "../kernel/ids.ts";
import type { Mail } from "./message.ts";
import { outboxTables } from "./tables.ts";

/**
 * Queues mails inside the transaction of what they tell about: they are sent if and only if it commits. Whoever
 * stands in both To and CC gets the mail once.
 */
export async function queueMails(tx: Executor, mails: readonly Mail[]): Promise<void> {
  const { messages } = outboxTables(tx.columns);
  const rows = mails.map((mail) => {
    if (mail.to.length === 0) throw new Error(`a mail of kind ${mail.kind} has no recipient`);
    const id = newId();
    return {
      id,
      kind: mail.kind,
      tenant: mail.tenant,
      subjectKind: mail.about.kind,
      subjectId: mail.about.id,
      language: mail.language,
      from: mail.from,
      to: [...new Set(mail.to)],
      cc: [...new Set(mail.cc ?? [])].filter((each) => !mail.to.includes(each)),
      replyTo: mail.replyTo ?? [],
      subject: mail.subject,
      text: mail.text,
      textToKeep: mail.textToKeep ?? null,
      messageId: `<${id}@${domainOf(mail.from)}>`,
      state: "QUEUED" as const,
      attempts: 0,
      nextAttemptAt: mail.at,
      createdAt: mail.at,
    };
  });
  await insertRows(tx, "outbox.messages", messages, rows);
}

/** The domain of `Name <local@domain>`, for the right side of a Message-ID (RFC 5322 3.6.4). */
function domainOf(address: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(address)?.[1] ?? "localhost";
}
