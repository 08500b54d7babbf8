import type { Executor } from "../db/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import type { MailFrame } from "./mails.ts";
import { requireCancellable } from "./revocation.ts";
import { revocationStore } from "./store.ts";
import { tellCancelled } from "./tell-revocations.ts";

/**
 * Calls a planned revocation off, where its ground may turn out unfounded, and tells the subscriber. To be called
 * last in the transaction: it appends to the audit chain.
 * @throws Problem not-found (also another subscriber's), not-allowed, revocation-not-cancellable, stale-version
 */
export async function cancelPlanned(
  tx: Executor,
  frame: MailFrame,
  actor: Actor,
  { certificateId, reason }: { readonly certificateId: Id; readonly reason: string },
  now: Temporal.Instant,
): Promise<void> {
  const store = revocationStore(tx);
  const [certificate] = await store.certificates([certificateId]);
  const isStrange = actor.kind === "operator" && certificate?.subscriberId !== actor.tenant;
  if (!certificate || isStrange) throw new Problem("not-found");
  const order = certificate.waiting;
  if (!order) {
    const latest = await store.latest(certificateId);
    throw latest
      ? new Problem("revocation-not-cancellable", { state: latest.state })
      : new Problem("not-found");
  }
  requireCancellable(order, actor, now);
  if (!(await store.cancel(order.id, actor, reason))) throw new Problem("stale-version");
  await tellCancelled(tx, frame, actor, { order, certificate }, reason, now);
}
