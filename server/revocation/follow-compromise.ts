import { reportCompromisedKey } from "../authority/index.ts";
import type { Executor } from "../db/index.ts";
import { system } from "../kernel/actor.ts";
import { newId } from "../kernel/ids.ts";
import { unseenCarriers } from "./carriers.ts";
import { hastenPlans } from "./hasten.ts";
import type { MailFrame } from "./mails.ts";
import { newOrder } from "./new-order.ts";
import { deadlineOf, declarationOf, GROUP, type RevocationOrder } from "./revocation.ts";
import { revocationStore, type StoredOrder } from "./store.ts";
import { type ToldOrder, tellPlanned } from "./tell-revocations.ts";

const SHARED_KEY = system("revocation");

/**
 * What follows from a compromise where a plan stands already and was only given this reason: the key is blocked, and
 * its other certificates are planned. To be called last in the transaction, like `orderRevocations`.
 */
export async function followCompromise(
  tx: Executor,
  frame: MailFrame,
  orders: readonly RevocationOrder[],
  now: Temporal.Instant,
  { sharedKeys = true }: { readonly sharedKeys?: boolean } = {},
): Promise<void> {
  if (orders.length === 0) return;
  const asked = new Map(orders.map((order) => [order.certificateId, order]));
  const certificates = await revocationStore(tx).certificates([...asked.keys()]);
  const told = certificates.flatMap((certificate): ToldOrder[] =>
    certificate.waiting ? [{ order: certificate.waiting, certificate }] : [],
  );
  // Who says so now counts, not what the plan came from.
  const saying = told.map((each) => {
    const origin = asked.get(each.certificate.id)?.origin;
    const { order, certificate } = each;
    return origin ? { certificate, order: { ...order, origin: origin.kind, originId: origin.id } } : each;
  });
  await blockKeys(tx, saying, now);
  if (sharedKeys) await planSharedKeys(tx, frame, told, now);
}

/** A key whose compromise is proven or declared is refused from this moment on, not only from the revocation (BR 6.1.1.3). */
export async function blockKeys(
  tx: Executor,
  told: readonly ToldOrder[],
  now: Temporal.Instant,
): Promise<void> {
  for (const { order, certificate } of told.filter(isCompromise)) {
    await reportCompromisedKey(tx, {
      spkiSha256: certificate.spkiSha256,
      evidence: `order ${order.id}`,
      reportedAt: now,
      declaredIn: declarationOf(order),
    });
  }
}

/**
 * Every other certificate of a compromised key, whoever's it is, must be revoked as well, and from now on the issuer
 * knows it (BR 4.9.1.1 (3)): planned for the end of the deadline, so that the desk and its subscribers hear of it. A
 * plan for later, or on another ground, is brought forward. To be called when the keys are blocked.
 * Here a group of them; the sweep orders what is left, group by group (sweep-blocked-keys.ts).
 */
export async function planSharedKeys(
  tx: Executor,
  frame: MailFrame,
  told: readonly ToldOrder[],
  now: Temporal.Instant,
): Promise<void> {
  const sources = new Map<string, StoredOrder>();
  for (const { order, certificate } of told.filter(isCompromise)) {
    const known = sources.get(certificate.spkiSha256);
    if (!known || isAfter(known.dueAt, order.dueAt)) sources.set(certificate.spkiSha256, order);
  }
  const latest = deadlineOf("KEY_COMPROMISE", now);
  const carriers = await unseenCarriers(tx, [...sources.keys()], now, GROUP);
  const orders = new Map(
    carriers.map(({ id, spkiSha256, declaredIn }) => {
      const from = sources.get(spkiSha256);
      // The issuer has known of the key as long as of the order that this follows from.
      const dueAt = from && isAfter(latest, from.dueAt) ? from.dueAt : latest;
      // The declaration that the key is blocked on, if it is, so that all stand or fall together.
      const source = declaredIn ?? (from ? (declarationOf(from) ?? from.id) : null);
      const order: RevocationOrder = {
        certificateId: id,
        ground: "KEY_COMPROMISE",
        reason: "keyCompromise",
        explanation: "",
        executeAt: dueAt,
        dueAt,
        origin: { kind: "shared-key", id: source },
      };
      return [id, order];
    }),
  );
  if (orders.size === 0) return;
  const store = revocationStore(tx);
  const certificates = await store.certificates([...orders.keys()]);
  const planned = certificates.flatMap((certificate) => {
    const order = orders.get(certificate.id);
    if (!order || certificate.waiting) return [];
    return [newOrder({ id: newId(), order, certificate }, SHARED_KEY, now, "PLANNED")];
  });
  await store.add(planned.map(({ order }) => order));
  await tellPlanned(tx, frame, SHARED_KEY, planned, now);
  const waiting = certificates.flatMap(({ id, waiting }) => (waiting ? (orders.get(id) ?? []) : []));
  await hastenPlans(tx, SHARED_KEY, waiting, now);
}

const isCompromise = ({ order }: ToldOrder) => order.reason === "keyCompromise";
const isAfter = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) > 0;
