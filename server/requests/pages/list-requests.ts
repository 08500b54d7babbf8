import { eq, inArray } from "drizzle-orm";
import { type Count, type Page, type Place, type Reader, search } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import type { Product, RequestState, Shape } from "../request.ts";
import { type RequestFilters, requestSearch } from "../search/request-search.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

export type { RequestFilters };

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
  /** Not all of the search has been looked at: the next page goes on. */
  readonly cut: boolean;
  /** Under the search, in every state. */
  readonly counts: Readonly<Record<RequestState, Count>>;
  readonly all: Count;
  /** Under the search and the state. */
  readonly total: Count;
}

/** One page of a subscriber's requests, with the counts for the filter chips. */
export async function listRequests(
  on: Reader,
  tenant: Tenant,
  filters: RequestFilters,
  place: Place,
): Promise<RequestList> {
  const found = await search(on, requestSearch(on, tenant, filters), place);
  const rows = await requestRows(
    on,
    found.rows.map(({ id }) => id),
  );
  const total = filters.state === null ? found.all : found.counts[filters.state];
  return { ...found, rows, filters, place, total };
}

/** The requests with these ids, in the ids' order. */
export async function requestRows(on: Reader, ids: readonly Id[]): Promise<RequestRow[]> {
  if (ids.length === 0) return [];
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
    .where(inArray(r.id, [...ids]));
  const rows = found.map(({ names, ...row }) => ({
    ...row,
    commonName: displayName(names[0] ?? ""),
    otherNames: names.length - 1,
  }));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
