import { and, count, eq, gt, gte, lt, lte, or, type SQL } from "drizzle-orm";
import { authorityTables, type CertificateState } from "../../authority/index.ts";
import { contains, type Page, type Place, pageOf, placeOf, type Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { JAPAN } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import type { Product } from "../request.ts";
import { requestTables } from "../tables.ts";
import { displayName, searchedName } from "./display-name.ts";

export const CERTIFICATE_FILTERS = ["ACTIVE", "EXPIRING", "EXPIRED", "REVOKED", "REPLACED"] as const;
type CertificateFilter = (typeof CERTIFICATE_FILTERS)[number];

/** A certificate's state with the clock's word in it. */
export type StateNow = CertificateState | "EXPIRED";

export const EXPIRING_WITHIN = Temporal.Duration.from({ hours: 24 * 30 });

export function stateAt(
  certificate: { readonly state: CertificateState; readonly notAfter: Temporal.Instant },
  now: Temporal.Instant,
): StateNow {
  const over = Temporal.Instant.compare(certificate.notAfter, now) < 0;
  return certificate.state === "ACTIVE" && over ? "EXPIRED" : certificate.state;
}

interface CertificateRow {
  readonly id: Id;
  readonly commonName: string;
  readonly otherNames: number;
  readonly product: Product;
  readonly serial: string;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  readonly state: StateNow;
  readonly place: string | null;
  readonly requestId: Id;
}

export interface CertificateFilters {
  readonly state: CertificateFilter | null;
  readonly search: string;
  /** Those that end on this day in Japan: what a day of the expiry calendar leads to. */
  readonly endsOn?: Temporal.PlainDate | null;
}

export interface CertificateList extends Page<CertificateRow> {
  readonly filters: CertificateFilters;
  readonly place: Place;
  readonly counts: Readonly<Record<CertificateFilter, number>>;
  readonly all: number;
  readonly total: number;
}

/** One page of a subscriber's certificates, the newest first, with the counts for the filter chips. */
export async function listCertificates(
  on: Reader,
  tenant: Tenant,
  filters: CertificateFilters,
  place: Place,
  now: Temporal.Instant,
): Promise<CertificateList> {
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const searched = and(
    eq(r.subscriberId, tenant),
    matching(on, filters.search),
    endingOn(on, filters.endsOn ?? null),
  );
  const counted = async (where: SQL | undefined) => {
    const [row] = await on
      .select({ count: count() })
      .from(r)
      .innerJoin(c, eq(c.id, r.certificateId))
      .where(and(searched, where));
    return row?.count ?? 0;
  };
  const counts = {} as Record<CertificateFilter, number>;
  for (const filter of CERTIFICATE_FILTERS) counts[filter] = await counted(inFilter(on, filter, now));
  const all = await counted(undefined);
  const { where, order, limit } = placeOf(c.id, place);
  const narrowed = filters.state === null ? undefined : inFilter(on, filters.state, now);
  const found = await on
    .select({
      id: c.id,
      names: r.names,
      product: r.product,
      serial: c.serial,
      notBefore: c.notBefore,
      notAfter: c.notAfter,
      state: c.state,
      place: r.place,
      requestId: r.id,
    })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(and(searched, narrowed, where))
    .orderBy(order)
    .limit(limit);
  const rows = found.map(({ names, ...row }) => ({
    ...row,
    commonName: displayName(names[0] ?? ""),
    otherNames: names.length - 1,
    state: stateAt(row, now),
  }));
  const total = filters.state === null ? all : counts[filters.state];
  return { ...pageOf(rows, place), filters, place, counts, all, total };
}

function inFilter(on: Reader, filter: CertificateFilter, now: Temporal.Instant): SQL | undefined {
  const { certificates: c } = authorityTables(on.columns);
  const alive = and(eq(c.state, "ACTIVE"), gt(c.notAfter, now));
  switch (filter) {
    case "ACTIVE":
      return alive;
    case "EXPIRING":
      return and(alive, lte(c.notAfter, now.add(EXPIRING_WITHIN)));
    case "EXPIRED":
      return and(eq(c.state, "ACTIVE"), lte(c.notAfter, now));
    case "REVOKED":
    case "REPLACED":
      return eq(c.state, filter);
  }
}

function endingOn(on: Reader, day: Temporal.PlainDate | null): SQL | undefined {
  if (day === null) return undefined;
  const { certificates: c } = authorityTables(on.columns);
  const startOf = (one: Temporal.PlainDate) => one.toZonedDateTime(JAPAN).toInstant();
  return and(gte(c.notAfter, startOf(day)), lt(c.notAfter, startOf(day.add({ days: 1 }))));
}

/** Serials are read with or without colons, in either case. */
function matching(on: Reader, search: string): SQL | undefined {
  const text = searchedName(search);
  if (text === "") return undefined;
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  return or(contains(r.names, [text]), contains(c.serial, [text.replaceAll(":", "")]));
}
