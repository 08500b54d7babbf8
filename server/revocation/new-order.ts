import { type Actor, stampOf } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { RevocationOrder } from "./revocation.ts";
import type { RevocableCertificate, StoredOrder } from "./store.ts";
import type { ToldOrder } from "./tell-revocations.ts";

/** An order that may be given, with the id that it gets. */
export interface Accepted {
  readonly id: Id;
  readonly order: RevocationOrder;
  readonly certificate: RevocableCertificate;
}

/** The row of a new order, beside its certificate: done in this very transaction, or planned. */
export function newOrder(
  { id, order, certificate }: Accepted,
  actor: Actor,
  now: Temporal.Instant,
  state: "DONE" | "PLANNED",
): ToldOrder {
  const { certificateId, ground, reason, explanation, executeAt, dueAt, origin } = order;
  const stored: StoredOrder = {
    id,
    certificateId,
    subscriberId: certificate.subscriberId,
    reason,
    ground,
    explanation,
    state,
    orderedAt: now,
    dueAt,
    executeAt: state === "DONE" ? now : executeAt,
    doneAt: state === "DONE" ? now : null,
    ...stampOf(actor),
    origin: origin.kind,
    originId: origin.id,
    cancelledBy: null,
    cancelReason: null,
    openFor: state === "PLANNED" ? certificateId : null,
    version: 1,
  };
  return { order: stored, certificate };
}
