import { type AuditEntry, appendAudit } from "../audit/index.ts";
import type { Executor } from "../db/index.ts";
import { system, tenantOf } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { queueMails } from "../outbox/index.ts";
import { type Outcome, outcomeMail, type Parties, partiesOf, type StoredRequest } from "../requests/index.ts";
import type { IssuanceDeps, IssuedRequest, RefusedRequest } from "./issuance.ts";
import { issuanceStore } from "./store.ts";

export const ISSUANCE = system("issuance");

/** Writes what follows from a group of outcomes: timeline, mail 15, audit. The last statements of a transaction. */
export async function tellOutcomes(
  tx: Executor,
  deps: IssuanceDeps,
  {
    issued,
    refused,
  }: { readonly issued: readonly IssuedRequest[]; readonly refused: readonly RefusedRequest[] },
  at: Temporal.Instant,
): Promise<void> {
  const store = issuanceStore(tx);
  await store.note(
    issued.map(({ request }) => request),
    "ISSUED",
    ISSUANCE,
    at,
  );
  await store.note(
    refused.map(({ request }) => request),
    "ISSUE_FAILED",
    ISSUANCE,
    at,
  );
  const parties = await partiesOfAll(
    tx,
    [...issued, ...refused].map(({ request }) => request.subscriberId),
  );
  const mail = (request: StoredRequest, outcome: Outcome) =>
    outcomeMail(request, outcome, {
      tenant: tenantOf(request.subscriberId),
      parties: parties(request.subscriberId),
      frame: deps,
      at,
    });
  await queueMails(tx, [
    ...issued.map(({ request, certificate }) => {
      const { id, serial, notBefore, notAfter } = certificate;
      return mail(request, { kind: "issued", certificateId: id, serial, notBefore, notAfter });
    }),
    ...refused.map(({ request, problem }) => mail(request, { kind: "failed", problem })),
  ]);
  await appendAudit(tx, [
    ...issued.map((each) => issuedEntry(each, at)),
    ...refused.map((each) => refusedEntry(each, at)),
  ]);
}

async function partiesOfAll(tx: Executor, subscriberIds: readonly Id[]): Promise<(id: Id) => Parties> {
  const known = new Map<Id, Parties>();
  for (const id of new Set(subscriberIds)) known.set(id, await partiesOf(tx, tenantOf(id)));
  return (id) => {
    const parties = known.get(id);
    if (!parties) throw new Error("the subscriber is not of this group");
    return parties;
  };
}

function issuedEntry({ request, certificate }: IssuedRequest, at: Temporal.Instant): AuditEntry {
  const { receiptNumber, names } = request;
  const { id, serial, fingerprint } = certificate;
  return {
    tenant: tenantOf(request.subscriberId),
    at,
    actor: ISSUANCE,
    action: "certificate.issued",
    subject: { kind: "certificateRequest", id: request.id },
    details: { certificateId: id, serial, fingerprint, receiptNumber, names },
  };
}

function refusedEntry({ request, problem }: RefusedRequest, at: Temporal.Instant): AuditEntry {
  return {
    tenant: tenantOf(request.subscriberId),
    at,
    actor: ISSUANCE,
    action: "certificate.refused",
    subject: { kind: "certificateRequest", id: request.id },
    details: { receiptNumber: request.receiptNumber, code: problem.code, ...problem.params },
  };
}
