import { and, count, desc, eq, or, type SQL } from "drizzle-orm";
import { contains, type Page, type Place, pageOf, placeOf, type Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import { type Product, REQUEST_STATES, type RequestState, type Shape } from "../request.ts";
import { requestTables } from "../tables.ts";
import { displayName, searchedName } from "./display-name.ts";

export interface RequestFilters {
  readonly state: RequestState | null;
  /** A part of a name or of a receipt number; empty for all. */
  readonly search: string;
}

export interface RequestRow {
  readonly id: Id;
  readonly receiptNumber: string;
  readonly commonName: string;
  readonly otherNames: number;
  readonly product: Product;
  readonly shape: Shape;
  readonly organization: string;
  readonly requestedBy: string;
  readonly requesterPersonId: Id;
  readonly state: RequestState;
  readonly submittedAt: Temporal.Instant;
  readonly termDays: number;
  readonly keyDescription: string;
  readonly place: string | null;
  readonly orderNumber: string | null;
  readonly certificateId: Id | null;
}

export interface RequestList extends Page<RequestRow> {
  readonly filters: RequestFilters;
  readonly place: Place;
  /** Under the search, in every state. */
  readonly counts: Readonly<Record<RequestState, number>>;
  /** Under the search and the state. */
  readonly total: number;
}

/** One page of a subscriber's requests, the newest first, with the counts for the filter chips. */
export async function listRequests(
  on: Reader,
  tenant: Tenant,
  filters: RequestFilters,
  place: Place,
): Promise<RequestList> {
  const { certificateRequests: r } = requestTables(on.columns);
  const searched = and(eq(r.subscriberId, tenant), matching(on, filters.search));
  const counted = await on
    .select({ state: r.state, count: count() })
    .from(r)
    .where(searched)
    .groupBy(r.state);
  const counts = Object.fromEntries(
    REQUEST_STATES.map((state) => [state, counted.find((one) => one.state === state)?.count ?? 0]),
  ) as Record<RequestState, number>;
  const total =
    filters.state === null
      ? REQUEST_STATES.reduce((sum, state) => sum + counts[state], 0)
      : counts[filters.state];
  const { where, order, limit } = placeOf(r.id, place);
  const found = await rowsOf(on, and(searched, inState(on, filters.state), where), order, limit);
  return { ...pageOf(found, place), filters, place, counts, total };
}

/** All requests under a filter, for CSV; `limit` rows at most. */
export async function requestsForCsv(
  on: Reader,
  tenant: Tenant,
  filters: RequestFilters,
  limit: number,
): Promise<readonly RequestRow[]> {
  const { certificateRequests: r } = requestTables(on.columns);
  const where = and(eq(r.subscriberId, tenant), matching(on, filters.search), inState(on, filters.state));
  return rowsOf(on, where, desc(r.id), limit);
}

function inState(on: Reader, state: RequestState | null): SQL | undefined {
  return state === null ? undefined : eq(requestTables(on.columns).certificateRequests.state, state);
}

function matching(on: Reader, search: string): SQL | undefined {
  const text = searchedName(search);
  if (text === "") return undefined;
  const { certificateRequests: r } = requestTables(on.columns);
  return or(contains(r.names, [text]), contains(r.receiptNumber, [text]));
}

async function rowsOf(on: Reader, where: SQL | undefined, order: SQL, limit: number): Promise<RequestRow[]> {
  const { certificateRequests: r } = requestTables(on.columns);
  const { applicantOrganizations: o, people: p } = organizationTables(on.columns);
  const found = await on
    .select({
      id: r.id,
      receiptNumber: r.receiptNumber,
      names: r.names,
      product: r.product,
      shape: r.shape,
      organization: o.nameJa,
      requestedBy: p.name,
      requesterPersonId: r.requesterPersonId,
      state: r.state,
      submittedAt: r.submittedAt,
      termDays: r.termDays,
      keyDescription: r.keyDescription,
      place: r.place,
      orderNumber: r.orderNumber,
      certificateId: r.certificateId,
    })
    .from(r)
    .innerJoin(o, eq(o.id, r.organizationId))
    .innerJoin(p, eq(p.id, r.requesterPersonId))
    .where(where)
    .orderBy(order)
    .limit(limit);
  return found.map(({ names, ...row }) => ({
    ...row,
    commonName: displayName(names[0] ?? ""),
    otherNames: names.length - 1,
  }));
}
