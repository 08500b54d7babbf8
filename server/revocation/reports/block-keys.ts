import { and, desc, eq, gte, inArray, lt } from "drizzle-orm";
import { authorityTables, compromisedAmong, reportCompromisedKey } from "../../authority/index.ts";
import type { Executor, Reader } from "../../db/index.ts";
import { catalogue } from "../../i18n/index.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import type { MailFrame } from "../mails.ts";
import { noticeOf } from "../notice.ts";
import { orderRevocations } from "../order-revocations.ts";
import { GROUP, type Origin, type RevocationOrder } from "../revocation.ts";
import { revocationTables } from "../tables.ts";

export interface CompromisedKey {
  readonly spkiSha256: string;
  /** How it is known; kept with the key. */
  readonly evidence: string;
}

export interface Blocking {
  readonly keys: readonly CompromisedKey[];
  readonly origin: Origin;
  /** What the explanation to the subscriber names: the report's number, or null. */
  readonly receiptNumber: string | null;
  /** When the issuer learnt of it: from here run the 24 hours of BR 4.9.1.1. */
  readonly knownAt: Temporal.Instant;
}

export interface BlockedKeys {
  /** Keys that were not blocked before. */
  readonly added: number;
  /** Certificates whose revocation this ordered, a group at most, and when it is carried out. */
  readonly ordered: readonly Id[];
  readonly executeAt: Temporal.Instant;
  /** The group is full, so that there may be more, which the sweep orders. */
  readonly perhapsMore: boolean;
  /** Certificates that are revoked for this already, or are about to be. */
  readonly settled: readonly Id[];
  /** Those that no order reaches: client and site certificates, which are taken away where they are given. */
  readonly others: readonly Id[];
}

/**
 * Blocks keys for ever, in every tenant (BR 6.1.1.3), and orders the revocation of every certificate that carries one
 * (BR 4.9.1.1 (3)): after the notice that the subscriber gets, always within 24 hours of `knownAt`. A certificate that
 * is to be revoked anyway, but later or on another ground, is revoked now: its subscriber had notice. One revoked for
 * another reason is given this one. To be called last in the transaction: it appends to the audit chains.
 *
 * A key may stand in a great many certificates, and a list may name a great many keys: here the newest 256 that need an
 * order get it; the others are found by the sweep (sweep-blocked-keys.ts) within a minute of the commit.
 */
export async function blockKeys(
  tx: Executor,
  frame: MailFrame,
  actor: Actor,
  { keys, origin, receiptNumber, knownAt }: Blocking,
  now: Temporal.Instant,
): Promise<BlockedKeys> {
  const known = await compromisedAmong(
    tx,
    keys.map(({ spkiSha256 }) => spkiSha256),
  );
  for (const { spkiSha256, evidence } of keys) {
    await reportCompromisedKey(tx, { spkiSha256, evidence, reportedAt: knownAt, declaredIn: null });
  }
  const { dueAt, executeAt } = await noticeOf(tx, knownAt, now);
  const settled: Id[] = [];
  const orders: RevocationOrder[] = [];
  for await (const one of carriersOf(tx, [...new Set(keys.map(({ spkiSha256 }) => spkiSha256))], now)) {
    if (orders.length === GROUP) break;
    const way = wayOf(one, dueAt);
    if (way === "settled") settled.push(one.id);
    else
      orders.push({
        certificateId: one.id,
        ground: "KEY_COMPROMISE",
        reason: "keyCompromise",
        explanation: catalogue(one.language ?? "ja").problemReports.explanation(receiptNumber),
        executeAt: way === "now" ? now : executeAt,
        dueAt,
        origin,
      });
  }
  // Every carrier is looked at here or by the sweep, so nothing need be planned for what shares a key.
  const done = await orderRevocations(tx, frame, actor, orders, now, { sharedKeys: false });
  const ordered = done.ordered.map(({ certificateId }) => certificateId);
  const others = done.refused.map(({ certificateId }) => certificateId);
  const added = new Set(keys.map(({ spkiSha256 }) => spkiSha256)).size - known.size;
  return { added, ordered, executeAt, perhapsMore: orders.length === GROUP, settled, others };
}

/** Carriers read in one query. */
const CARRIERS_AT_ONCE = 256;
const KEYS_AT_ONCE = 500;

type Carrier = Awaited<ReturnType<typeof carriersBefore>>[number];

/** Every certificate alive that carries one of these keys, in every tenant, the newest first. */
async function* carriersOf(on: Reader, spkiSha256s: readonly string[], now: Temporal.Instant) {
  // As many keys as a statement takes without trouble on either engine.
  for (let at = 0; at < spkiSha256s.length; at += KEYS_AT_ONCE) {
    const keys = spkiSha256s.slice(at, at + KEYS_AT_ONCE);
    for (let before: Id | null = null; ; ) {
      const page: Awaited<ReturnType<typeof carriersBefore>> = await carriersBefore(on, keys, before, now);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < CARRIERS_AT_ONCE) break;
      before = last.id;
    }
  }
}

async function carriersBefore(
  on: Reader,
  spkiSha256s: readonly string[],
  before: Id | null,
  now: Temporal.Instant,
) {
  const { certificates: c } = authorityTables(on.columns);
  const { subscribers: s } = organizationTables(on.columns);
  const { revocationOrders: o } = revocationTables(on.columns);
  const older = before === null ? undefined : lt(c.id, before);
  return on
    .select({
      id: c.id,
      spkiSha256: c.spkiSha256,
      state: c.state,
      revocationReason: c.revocationReason,
      language: s.language,
      waiting: { reason: o.reason, executeAt: o.executeAt },
    })
    .from(c)
    .leftJoin(s, eq(s.id, c.subscriberId))
    .leftJoin(o, eq(o.openFor, c.id))
    .where(and(inArray(c.spkiSha256, [...spkiSha256s]), gte(c.notAfter, now), older))
    .orderBy(desc(c.id))
    .limit(CARRIERS_AT_ONCE);
}

const KEY_COMPROMISE = 1;

function wayOf({ state, revocationReason, waiting }: Carrier, dueAt: Temporal.Instant) {
  if (state === "REVOKED") return revocationReason === KEY_COMPROMISE ? "settled" : "now";
  if (waiting === null) return "planned";
  const inTime = Temporal.Instant.compare(waiting.executeAt, dueAt) <= 0;
  return waiting.reason === "keyCompromise" && inTime ? "settled" : "now";
}
