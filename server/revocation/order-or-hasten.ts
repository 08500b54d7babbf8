import type { Executor } from "../db/index.ts";
import { withdrawValidations } from "../domains/index.ts";
import type { Actor } from "../kernel/actor.ts";
import { isProblem } from "../kernel/problem.ts";
import { distrustOf } from "./distrust.ts";
import { followCompromise } from "./follow-compromise.ts";
import { hastenPlans } from "./hasten.ts";
import type { MailFrame } from "./mails.ts";
import { type OrderedRevocations, orderRevocations } from "./order-revocations.ts";
import type { RevocationOrder } from "./revocation.ts";
import { revocationStore } from "./store.ts";

/**
 * Orders revocations; where a certificate waits for a planned one already, that plan and the order become one (see
 * `changeOf`), and whatever follows from the order's ground follows all the same. To be called last in the
 * transaction: it appends to the audit chains. Gives what `orderRevocations` gave, without those hastened or waiting.
 */
export async function orderOrHasten(
  tx: Executor,
  frame: MailFrame,
  actor: Actor,
  orders: readonly RevocationOrder[],
  now: Temporal.Instant,
  options: { readonly sharedKeys?: boolean } = {},
): Promise<OrderedRevocations> {
  const { ordered, refused } = await orderRevocations(tx, frame, actor, orders, now, options);
  const byCertificate = new Map(orders.map((order) => [order.certificateId, order]));
  const waiting = refused.flatMap(({ certificateId, problem }) => {
    const order = byCertificate.get(certificateId);
    return order && isProblem(problem, "revocation-planned-already") ? [order] : [];
  });
  await hastenPlans(tx, actor, waiting, now);
  await withdraw(tx, actor, waiting, now);
  const compromised = waiting.filter(({ reason }) => reason === "keyCompromise");
  await followCompromise(tx, frame, compromised, now, options);
  return {
    ordered,
    refused: refused.filter(({ problem }) => !isProblem(problem, "revocation-planned-already")),
  };
}

async function withdraw(
  tx: Executor,
  actor: Actor,
  orders: readonly RevocationOrder[],
  now: Temporal.Instant,
): Promise<void> {
  if (orders.length === 0) return;
  const asked = new Map(orders.map((order) => [order.certificateId, order]));
  const certificates = await revocationStore(tx).certificates([...asked.keys()]);
  const distrusts = certificates.flatMap((certificate) => {
    const order = asked.get(certificate.id);
    return order ? distrustOf(order, certificate) : [];
  });
  await withdrawValidations(tx, actor, distrusts, now);
}
