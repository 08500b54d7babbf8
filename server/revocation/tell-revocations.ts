import { type AuditEntry, appendAudit } from "../audit/index.ts";
import type { Executor } from "../db/index.ts";
import { type Actor, tenantOf } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { type Mail, queueMails } from "../outbox/index.ts";
import { type Parties, partiesOf } from "../requests/index.ts";
import { cancelledMail, type MailFrame, plannedMail, revokedMail } from "./mails.ts";
import { type RevocableCertificate, revocationStore, type StoredOrder } from "./store.ts";

/** An order with the certificate it is about. */
export interface ToldOrder {
  readonly order: StoredOrder;
  readonly certificate: RevocableCertificate;
}

/** Writes what follows from revoked certificates: timeline, mail 15, audit. The last statements of a transaction. */
export async function tellRevoked(
  tx: Executor,
  frame: MailFrame,
  actor: Actor,
  told: readonly ToldOrder[],
  at: Temporal.Instant,
): Promise<void> {
  await tell(tx, actor, told, at, {
    event: "REVOKED",
    action: "certificate.revoked",
    note: ({ order }) => order.explanation,
    mail: ({ certificate, order }, parties) => revokedMail(certificate, order, parties, frame, at),
  });
}

/** The same for revocations that are planned: the subscriber's preliminary notice (BR 4.9.5). */
export async function tellPlanned(
  tx: Executor,
  frame: MailFrame,
  actor: Actor,
  told: readonly ToldOrder[],
  at: Temporal.Instant,
): Promise<void> {
  await tell(tx, actor, told, at, {
    event: "REVOCATION_PLANNED",
    action: "revocation.planned",
    note: ({ order }) => order.explanation,
    mail: ({ certificate, order }, parties) => plannedMail(certificate, order, parties, frame, at),
  });
}

/** The same for planned revocations that were called off. */
export async function tellCancelled(
  tx: Executor,
  frame: MailFrame,
  actor: Actor,
  told: readonly ToldOrder[],
  reason: string,
  at: Temporal.Instant,
): Promise<void> {
  await tell(tx, actor, told, at, {
    event: "REVOCATION_CANCELLED",
    action: "revocation.cancelled",
    note: () => reason,
    mail: ({ certificate, order }, parties) => cancelledMail(certificate, order, reason, parties, frame, at),
  });
}

interface Telling {
  readonly event: "REVOKED" | "REVOCATION_PLANNED" | "REVOCATION_CANCELLED";
  readonly action: AuditEntry["action"];
  readonly note: (told: ToldOrder) => string;
  readonly mail: (told: ToldOrder, parties: Parties) => readonly Mail[];
}

async function tell(
  tx: Executor,
  actor: Actor,
  told: readonly ToldOrder[],
  at: Temporal.Instant,
  { event, action, note, mail }: Telling,
): Promise<void> {
  if (told.length === 0) return;
  const notes = new Map(told.map((each) => [each.certificate.id, note(each)]));
  await revocationStore(tx).note(
    told.map(({ certificate }) => certificate),
    event,
    actor,
    at,
    ({ id }) => notes.get(id) || null,
  );
  const parties = await partiesOfAll(tx, told);
  const mails = told.flatMap((each) => {
    // One mail for each certificate would bury its readers: a mass revocation tells each of them once, with a list.
    if (each.order.origin === "mass-revocation") return [];
    const known = each.order.subscriberId === null ? undefined : parties.get(each.order.subscriberId);
    return known ? mail(each, known) : [];
  });
  await queueMails(tx, mails);
  await appendAudit(
    tx,
    told.map((each) => entryOf(each, actor, action, note(each), at)),
  );
}

async function partiesOfAll(tx: Executor, told: readonly ToldOrder[]): Promise<ReadonlyMap<Id, Parties>> {
  const parties = new Map<Id, Parties>();
  for (const { order } of told) {
    const id = order.subscriberId;
    if (id !== null && !parties.has(id)) parties.set(id, await partiesOf(tx, tenantOf(id)));
  }
  return parties;
}

function entryOf(
  { order, certificate }: ToldOrder,
  actor: Actor,
  action: AuditEntry["action"],
  note: string,
  at: Temporal.Instant,
): AuditEntry {
  const { id, subscriberId, ground, reason, origin, originId, executeAt, dueAt } = order;
  return {
    tenant: subscriberId === null ? "system" : tenantOf(subscriberId),
    at,
    actor,
    action,
    subject: { kind: "certificate", id: certificate.id },
    details: {
      orderId: id,
      serial: certificate.serial,
      ground,
      reason,
      origin,
      originId,
      executeAt: executeAt.toString(),
      dueAt: dueAt.toString(),
      note,
    },
  };
}
