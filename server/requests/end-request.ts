import { type AuditEntry, appendAudit } from "../audit/index.ts";
import { type ApplicantActor, type OperatorActor, stampOf } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { queueMails } from "../outbox/index.ts";
import { outcomeMail } from "./mails.ts";
import { partiesOf } from "./parties.ts";
import type { Decidable, RequestState } from "./request.ts";
import { requestStore, type StoredRequest } from "./store.ts";
import type { RequestDeps } from "./submit-request.ts";

/** What ends a request before it is issued: rejecting, and cancelling by an operator or its requester. */
interface Ending {
  readonly transition: "reject" | "cancel" | "withdraw";
  readonly outcome: "rejected" | "cancelled";
  readonly decide: (request: Decidable) => RequestState;
}

type Ender = OperatorActor | ApplicantActor;

/** Ends one request: decision, timeline, mail 15 and audit in one transaction. */
export async function endRequest(
  deps: RequestDeps,
  actor: Ender,
  id: Id,
  reason: string | null,
  ending: Ending,
): Promise<StoredRequest> {
  return deps.db.transact(async (tx) => {
    const now = deps.clock.now();
    const requests = requestStore(tx, actor.tenant);
    const request = await requests.byId(id);
    ending.decide(request);
    await requests.move(request, ending.transition, {
      decisionReason: reason,
      decidedBy: stampOf(actor).actorName,
      decidedAt: now,
    });
    await requests.note(id, ending.outcome === "rejected" ? "REJECTED" : "CANCELLED", actor, now, reason);
    const parties = await partiesOf(tx, actor.tenant);
    const context = { tenant: actor.tenant, parties, frame: deps, at: now };
    await queueMails(tx, [outcomeMail(request, { kind: ending.outcome, reason }, context)]);
    await appendAudit(tx, [endingEntry(request, actor, ending.outcome, reason, now)]);
    return request;
  });
}

function endingEntry(
  request: StoredRequest,
  actor: Ender,
  outcome: Ending["outcome"],
  reason: string | null,
  at: Temporal.Instant,
): AuditEntry {
  return {
    tenant: actor.tenant,
    at,
    actor,
    action: `request.${outcome}`,
    subject: { kind: "certificateRequest", id: request.id },
    details: { receiptNumber: request.receiptNumber, commonName: request.commonName, reason },
  };
}
