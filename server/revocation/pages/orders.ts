import { and, asc, count, desc, eq, lte } from "drizzle-orm";
import { authorityTables, declarationOfKey } from "../../authority/index.ts";
import { type Page, type Place, pageOf, placeOf, type Reader } from "../../db/index.ts";
import { system } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import { displayName, requestTables } from "../../requests/index.ts";
import { isCancellable, ORDER_STATES, type OrderState } from "../revocation.ts";
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
  readonly counts: Readonly<Record<OrderState, number>>;
  readonly total: number;
}

/** Open orders are shown by their deadline: no more than can be looked at, the most urgent. */
const SHOWN = 100;

/** The orders of all subscribers: the open ones by their deadline, the others newest first. */
export async function listOrders(
  on: Reader,
  state: OrderState | null,
  place: Place,
  now: Temporal.Instant,
): Promise<OrderList> {
  const { revocationOrders: o } = revocationTables(on.columns);
  const counts = {} as Record<OrderState, number>;
  for (const each of ORDER_STATES) {
    const [row] = await on.select({ count: count() }).from(o).where(eq(o.state, each));
    counts[each] = row?.count ?? 0;
  }
  const total = state === null ? ORDER_STATES.reduce((sum, each) => sum + counts[each], 0) : counts[state];
  const same = { state, place, counts, total };
  if (state === "PLANNED") {
    const rows = await lines(on).where(eq(o.state, state)).orderBy(asc(o.dueAt), asc(o.id)).limit(SHOWN);
    return { ...same, rows: rows.map((row) => lineOf(row, now)), newer: null, older: null };
  }
  const { where, order, limit } = placeOf(o.id, place);
  const rows = await lines(on)
    .where(and(state === null ? undefined : eq(o.state, state), where))
    .orderBy(order)
    .limit(limit);
  return {
    ...same,
    ...pageOf(
      rows.map((row) => lineOf(row, now)),
      place,
    ),
  };
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

function lines(on: Reader) {
  const { revocationOrders: o } = revocationTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const { subscribers: s } = organizationTables(on.columns);
  return on
    .select({
      order: o,
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
