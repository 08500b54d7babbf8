import { revokeCertificates } from "../authority/index.ts";
import type { Executor } from "../db/index.ts";
import { withdrawValidations } from "../domains/index.ts";
import type { Actor } from "../kernel/actor.ts";
import { timeInJapan } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { distrustOf } from "./distrust.ts";
import { blockKeys, planSharedKeys } from "./follow-compromise.ts";
import type { MailFrame } from "./mails.ts";
import { type Accepted, newOrder } from "./new-order.ts";
import {
  carriedOutIn,
  declarationOf,
  GROUP,
  problemOfOrder,
  type RevocationOrder,
  strongerReason,
} from "./revocation.ts";
import { type RevocableCertificate, revocationStore } from "./store.ts";
import { tellPlanned, tellRevoked } from "./tell-revocations.ts";

/** Each order by itself: what was ordered, by the id of its order, and what was refused and why. */
export interface OrderedRevocations {
  readonly ordered: readonly { readonly id: Id; readonly certificateId: Id }[];
  readonly refused: readonly { readonly certificateId: Id; readonly problem: Problem }[];
}

/**
 * Orders up to 256 revocations. What is to be done at once is revoked in this very transaction, with its timeline,
 * mail 15 and audit; what is planned waits for `executeDueRevocations`, and the subscriber gets a preliminary notice.
 * After the commit the caller kicks the revocation worker, which publishes the CRLs. To be called last in the
 * transaction: it appends to the audit chains.
 *
 * Each row is decided by itself. An operator orders for its own subscriber alone: anything else is not-found. A
 * certificate that waits for a planned revocation can be revoked at once, which fulfils the plan; a second plan is
 * refused (revocation-planned-already). A compromised key is blocked in every tenant at once, and its other
 * certificates are planned for the end of their deadline, unless the caller orders them itself (`sharedKeys` false).
 * Other problems: certificate-not-revocable, and those of `problemOfOrder`.
 */
export async function orderRevocations(
  tx: Executor,
  frame: MailFrame,
  actor: Actor,
  orders: readonly RevocationOrder[],
  now: Temporal.Instant,
  { sharedKeys = true }: { readonly sharedKeys?: boolean } = {},
): Promise<OrderedRevocations> {
  if (orders.length > GROUP) throw new Error(`at most ${GROUP} revocations a transaction`);
  const store = revocationStore(tx);
  const ids = [...new Set(orders.map(({ certificateId }) => certificateId))];
  const known = new Map((await store.certificates(ids)).map((certificate) => [certificate.id, certificate]));
  const atOnce: Accepted[] = [];
  const planned: Accepted[] = [];
  const refused: OrderedRevocations["refused"][number][] = [];
  const seen = new Set<Id>();
  for (const order of orders) {
    const certificate = known.get(order.certificateId);
    const accepted = accept(order, certificate, actor, now);
    if (seen.has(order.certificateId)) continue;
    seen.add(order.certificateId);
    if (accepted instanceof Problem) {
      refused.push({ certificateId: order.certificateId, problem: accepted });
    } else if (isFuture(order.executeAt, now)) planned.push(accepted);
    else atOnce.push(accepted);
  }
  const revoked = await revokeAtOnce(tx, atOnce, now);
  refused.push(...revoked.refused);
  const orderedNow = revoked.done.map((each) => newOrder(each, actor, now, "DONE"));
  const orderedLater = planned.map((each) => newOrder(each, actor, now, "PLANNED"));
  await store.add([...orderedNow, ...orderedLater].map(({ order }) => order));
  await tellPlanned(tx, frame, actor, orderedLater, now);
  await blockKeys(tx, orderedLater, now);
  await withdrawValidations(
    tx,
    actor,
    [...orderedNow, ...orderedLater].flatMap(({ order, certificate }) => distrustOf(order, certificate)),
    now,
  );
  if (sharedKeys) await planSharedKeys(tx, frame, [...orderedNow, ...orderedLater], now);
  await tellRevoked(tx, frame, actor, orderedNow, now);
  const ordered = [...orderedNow, ...orderedLater].map(({ order: { id, certificateId } }) => ({
    id,
    certificateId,
  }));
  return { ordered, refused };
}

function accept(
  order: RevocationOrder,
  certificate: RevocableCertificate | undefined,
  actor: Actor,
  now: Temporal.Instant,
): Accepted | Problem {
  const isStrange = actor.kind === "operator" && certificate?.subscriberId !== actor.tenant;
  // Only what came from a request: client and site certificates are taken away where they are given.
  if (!certificate?.request || isStrange) return new Problem("not-found");
  const problem = problemOfOrder(order, actor, now);
  if (problem) return problem;
  const { waiting } = certificate;
  if (waiting && isFuture(order.executeAt, now)) {
    return new Problem("revocation-planned-already", { executeAt: `${timeInJapan(waiting.executeAt)} JST` });
  }
  if (isFuture(order.executeAt, now)) {
    if (isFuture(now, certificate.notAfter)) {
      return new Problem("certificate-not-revocable", { state: "EXPIRED" });
    }
    if (certificate.state === "REVOKED") {
      return new Problem("certificate-not-revocable", { state: "REVOKED" });
    }
  }
  return { id: newId(), order, certificate };
}

/** Revokes them, and fulfils the plans that wait for them. */
async function revokeAtOnce(tx: Executor, accepted: readonly Accepted[], now: Temporal.Instant) {
  const strongest = accepted.map(({ id, order, certificate }) => ({
    id,
    certificate,
    said: order.reason,
    order: { ...order, reason: strongerReason(order.reason, certificate.waiting?.reason ?? null) },
  }));
  const { revoked, refused } = await revokeCertificates(
    tx,
    strongest.map(({ id, order: { certificateId, reason, origin }, said, certificate: { waiting } }) => ({
      certificateId,
      reason,
      at: now,
      // A plan that named the compromise has blocked the key already: this order, on another ground, proves nothing.
      declaredIn:
        waiting && said !== reason
          ? carriedOutIn(waiting)
          : declarationOf({ id, origin: origin.kind, originId: origin.id }),
    })),
  );
  const won = new Set(revoked.map(({ certificateId }) => certificateId));
  const done = strongest.filter(({ certificate }) => won.has(certificate.id));
  const store = revocationStore(tx);
  for (const { certificate } of done) {
    if (certificate.waiting) await store.done(certificate.waiting.id, now);
  }
  return { done, refused };
}

const isFuture = (at: Temporal.Instant, now: Temporal.Instant) => Temporal.Instant.compare(at, now) > 0;
