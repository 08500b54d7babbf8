import { declarationOfKey, releaseDeclaredKey } from "../authority/index.ts";
import type { Executor } from "../db/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import type { MailFrame } from "./mails.ts";
import { requireCancellable } from "./revocation.ts";
import { type RevocableCertificate, revocationStore } from "./store.ts";
import { type ToldOrder, tellCancelled } from "./tell-revocations.ts";

/**
 * Calls a planned revocation off, where its ground may turn out unfounded, and tells the subscriber. To be called
 * last in the transaction: it appends to the audit chain.
 *
 * Where it was the declared compromise of a key, the key is free again, and whatever else is planned for that
 * declaration is called off with it: they stand or fall together.
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
  const declaredIn = await declarationOfKey(tx, certificate.spkiSha256);
  requireCancellable(order, declaredIn, actor, now);
  if (!(await store.cancel(order.id, actor, reason))) throw new Problem("stale-version");
  const others =
    order.reason === "keyCompromise" && declaredIn !== null
      ? await takeBackDeclaration(tx, actor, { certificate, declaredIn, reason })
      : [];
  await tellCancelled(tx, frame, actor, [{ order, certificate }, ...others], reason, now);
}

/** Frees the key, and calls off what else rests on the declaration. Gives what was called off. */
async function takeBackDeclaration(
  tx: Executor,
  actor: Actor,
  taken: { readonly certificate: RevocableCertificate; readonly declaredIn: Id; readonly reason: string },
): Promise<readonly ToldOrder[]> {
  const { certificate, declaredIn, reason } = taken;
  // Proven by somebody at this very moment: then it must not be called off after all.
  if (!(await releaseDeclaredKey(tx, certificate.spkiSha256, declaredIn))) throw new Problem("stale-version");
  const store = revocationStore(tx);
  const resting = await store.restingOn(declaredIn);
  const certificates = new Map((await store.certificates(resting)).map((one) => [one.id, one]));
  const called: ToldOrder[] = [];
  for (const id of resting) {
    const other = certificates.get(id);
    if (!other?.waiting) continue;
    if (await store.cancel(other.waiting.id, actor, reason)) {
      called.push({ order: other.waiting, certificate: other });
    }
  }
  return called;
}
