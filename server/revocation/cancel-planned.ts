import {
  declarationOfKey,
  holdBlockedKeys,
  moveDeclaration,
  releaseDeclaredKey,
} from "../authority/index.ts";
import type { Executor } from "../db/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import type { MailFrame } from "./mails.ts";
import { requireCancellable } from "./revocation.ts";
import { revocationStore } from "./store.ts";
import { type ToldOrder, tellCancelled } from "./tell-revocations.ts";

/**
 * Calls a planned revocation off, where its ground may turn out unfounded, and tells the subscriber. To be called
 * last in the transaction: it appends to the audit chain.
 *
 * Where it was the declared compromise of a key, or rests on that, the key is free again, and whatever else is planned
 * for that declaration is called off with it: they stand or fall together. Once the declaration is carried out (or the
 * issuer has made it its own), it stands: then this revocation alone is called off, and the key stays blocked.
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
      ? await takeBackDeclaration(tx, actor, { order, certificate, declaredIn, reason })
      : [];
  await tellCancelled(tx, frame, actor, [{ order, certificate }, ...others], reason, now);
}

interface Taken extends ToldOrder {
  readonly declaredIn: Id;
  readonly reason: string;
}

/**
 * Frees the key, and calls off what else rests on the declaration. Where the same key stands declared in another order,
 * too, or was revoked for it, it stays blocked, and what is planned rests on that. Gives what was called off.
 */
async function takeBackDeclaration(tx: Executor, actor: Actor, taken: Taken): Promise<readonly ToldOrder[]> {
  const { order, certificate, declaredIn, reason } = taken;
  const { spkiSha256 } = certificate;
  // Proven by somebody at this very moment: then it must not be called off after all.
  const held = await holdBlockedKeys(tx, [spkiSha256]);
  if (!held.has(spkiSha256)) throw new Problem("stale-version");
  const store = revocationStore(tx);
  const declaration = await store.resting(declaredIn, "declaration");
  if (order.id !== declaredIn && declaration.length === 0) return [];
  const called = await callOff(tx, actor, declaration, reason);
  const to = await store.furtherDeclaration(spkiSha256, declaredIn);
  if (to !== null) {
    if (!(await moveDeclaration(tx, spkiSha256, { from: declaredIn, to })))
      throw new Problem("stale-version");
    await store.moveResting(declaredIn, to);
    return called;
  }
  if (!(await releaseDeclaredKey(tx, spkiSha256, declaredIn))) throw new Problem("stale-version");
  return [...called, ...(await callOff(tx, actor, await store.resting(declaredIn, "shared-key"), reason))];
}

async function callOff(
  tx: Executor,
  actor: Actor,
  certificateIds: readonly Id[],
  reason: string,
): Promise<readonly ToldOrder[]> {
  const store = revocationStore(tx);
  const called: ToldOrder[] = [];
  for (const certificate of await store.certificates(certificateIds)) {
    const { waiting } = certificate;
    if (waiting && (await store.cancel(waiting.id, actor, reason))) {
      called.push({ order: waiting, certificate });
    }
  }
  return called;
}
