import { and, asc, count, desc, eq, lte, sql } from "drizzle-orm";
import { authorityTables, declarationOfKey } from "../../authority/index.ts";
import {
  type Count,
  countUpTo,
  cursorOf,
  type Page,
  type Place,
  pageOfStep,
  type Reader,
  stepFrom,
  sumOfCounts,
  type Track,
} from "../../db/index.ts";
import { system } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import { displayName, requestTables } from "../../requests/index.ts";
import { isCancellable, isSubscribersOwn, ORDER_STATES, type OrderState } from "../revocation.ts";
import type { StoredOrder } from "../store.ts";
import { revocationTables } from "../tables.ts";

/** An order with what the desk calls its certificate by. */
export interface OrderLine {
  readonly order: StoredOrder;
  readonly commonName: string;
  readonly otherNames: number;
  readonly serial: string;
  readonly subscriberName: string;
  /** Open past its deadline. */
  readonly overdue: boolean;
}

export interface OrderList extends Page<OrderLine & { readonly id: Id }> {
  readonly state: OrderState | null;
  readonly place: Place;
  readonly counts: Readonly<Record<OrderState, Count>>;
  readonly all: Count;
  readonly total: Count;
}

/** The orders of all subscribers: the open ones by their deadline, the others newest first. */
export async function listOrders(
  on: Reader,
  state: OrderState | null,
  place: Place,
  now: Temporal.Instant,
): Promise<OrderList> {
  const { revocationOrders: o } = revocationTables(on.columns);
  const counts = {} as Record<OrderState, Count>;
  for (const each of ORDER_STATES) counts[each] = await countUpTo(on, o, eq(o.state, each));
  const all = sumOfCounts(Object.values(counts));
  const track = trackOf(on, state);
  const step = await stepFrom(on, track, place, null);
  const found = await lines(on, track)
    .where(step.where)
    .orderBy(...step.order)
    .limit(step.limit);
  const { rows, newer, older } = pageOfStep(found, place, null);
  const total = state === null ? all : counts[state];
  return { state, place, counts, all, total, newer, older, rows: rows.map((row) => lineOf(row, now)) };
}

/** The way along the orders of a state: the open ones by their deadline, the others newest first. */
function trackOf(on: Reader, state: OrderState | null): Track {
  const { revocationOrders: o } = revocationTables(on.columns);
  const where = state === null ? undefined : eq(o.state, state);
  if (state !== "PLANNED") return { from: o, where, key: [{ column: o.id }], direction: "falling" };
  return { from: o, where, key: [{ column: o.dueAt, number: true }, { column: o.id }], direction: "rising" };
}

/** Open orders whose deadline comes before `until`, the most urgent first, and how many they are. */
export async function urgentOrders(
  on: Reader,
  until: Temporal.Instant,
  limit: number,
  now: Temporal.Instant,
): Promise<{ readonly total: number; readonly latest: readonly OrderLine[] }> {
  const { revocationOrders: o } = revocationTables(on.columns);
  const urgent = and(eq(o.state, "PLANNED"), lte(o.dueAt, until));
  const [counted] = await on.select({ count: count() }).from(o).where(urgent);
  const rows = await lines(on).where(urgent).orderBy(asc(o.dueAt), asc(o.id)).limit(limit);
  return { total: counted?.count ?? 0, latest: rows.map((row) => lineOf(row, now)) };
}

export interface ShowOrder extends OrderLine {
  readonly names: readonly string[];
  readonly subscriberId: Id | null;
  readonly siteId: string | null;
  readonly mayCancel: boolean;
  /**
   * What calling it off does to its key: RELEASED, since it rests on a declaration that is still planned; KEPT, since
   * the declaration is carried out; null where no declaration is concerned.
   */
  readonly keyThen: "RELEASED" | "KEPT" | null;
  /** Everything that was ever ordered for this certificate, this one included, the newest first. */
  readonly history: readonly StoredOrder[];
}

/** One order; null when there is none. */
export async function showOrder(on: Reader, id: Id, now: Temporal.Instant): Promise<ShowOrder | null> {
  const { revocationOrders: o } = revocationTables(on.columns);
  const [row] = await lines(on).where(eq(o.id, id));
  if (!row) return null;
  const line = lineOf(row, now);
  const history = await on
    .select()
    .from(o)
    .where(eq(o.certificateId, line.order.certificateId))
    .orderBy(desc(o.id));
  return {
    ...line,
    names: (row.names ?? []).map(displayName),
    subscriberId: line.order.subscriberId,
    siteId: row.siteId,
    mayCancel: await mayBeUnfounded(on, row, now),
    keyThen: await keyThen(on, row),
    history,
  };
}

/** The newest order of a certificate; null when there was none. */
export async function latestOrderOf(on: Reader, certificateId: Id): Promise<StoredOrder | null> {
  const { revocationOrders: o } = revocationTables(on.columns);
  const [row] = await on
    .select()
    .from(o)
    .where(eq(o.certificateId, certificateId))
    .orderBy(desc(o.id))
    .limit(1);
  return row ?? null;
}

/** As the system itself may: who of the staff may is asked when it is done. */
async function mayBeUnfounded(
  on: Reader,
  { order, spkiSha256 }: { readonly order: StoredOrder; readonly spkiSha256: string },
  now: Temporal.Instant,
): Promise<boolean> {
  return isCancellable(order, await declarationOfKey(on, spkiSha256), system("revocation"), now);
}

async function keyThen(
  on: Reader,
  { order, spkiSha256 }: { readonly order: StoredOrder; readonly spkiSha256: string },
): Promise<ShowOrder["keyThen"]> {
  const declaredIn = await declarationOfKey(on, spkiSha256);
  if (order.reason !== "keyCompromise" || declaredIn === null) return null;
  const { revocationOrders: o } = revocationTables(on.columns);
  const [declaration] = await on
    .select({ state: o.state, origin: o.origin })
    .from(o)
    .where(eq(o.id, declaredIn));
  const isTakenBack = declaration?.state === "PLANNED" && isSubscribersOwn(declaration.origin);
  return isTakenBack ? "RELEASED" : "KEPT";
}

function lines(on: Reader, track: Track | null = null) {
  const { revocationOrders: o } = revocationTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const { subscribers: s } = organizationTables(on.columns);
  return on
    .select({
      order: o,
      cursor: track === null ? sql<string>`''` : cursorOf(track),
      serial: c.serial,
      spkiSha256: c.spkiSha256,
      commonName: r.commonName,
      names: r.names,
      subscriberName: s.name,
      siteId: s.siteId,
    })
    .from(o)
    .innerJoin(c, eq(c.id, o.certificateId))
    .leftJoin(r, eq(r.certificateId, c.id))
    .leftJoin(s, eq(s.id, o.subscriberId))
    .$dynamic();
}

interface JoinedLine {
  readonly order: StoredOrder;
  readonly serial: string;
  readonly commonName: string | null;
  readonly names: readonly string[] | null;
  readonly subscriberName: string | null;
}

function lineOf(row: JoinedLine, now: Temporal.Instant): OrderLine & { readonly id: Id } {
  const { order, serial } = row;
  return {
    id: order.id,
    order,
    serial,
    commonName: displayName(row.commonName ?? ""),
    otherNames: Math.max(0, (row.names?.length ?? 1) - 1),
    subscriberName: row.subscriberName ?? "",
    overdue: order.state === "PLANNED" && Temporal.Instant.compare(order.dueAt, now) < 0,
  };
}
