import { and, asc, eq, inArray, or, sql } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import { type Count, type Page, type Place, type Reader, search } from "../../db/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import type { ProfileName } from "../../pki/index.ts";
import {
  type CertificateFilter,
  type CertificateFilters,
  type StateNow,
  stateAt,
} from "../search/certificate-filters.ts";
import { certificateSearch, type Scope } from "../search/certificate-search.ts";
import { type SearchTerm, searchTerm } from "../search/search-term.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

export interface CertificateRow {
  readonly id: Id;
  readonly commonName: string;
  readonly otherNames: number;
  readonly profile: ProfileName;
  readonly serial: string;
  readonly fingerprint: string;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  readonly state: StateNow;
  readonly revokedAt: Temporal.Instant | null;
  readonly subscriber: string | null;
  readonly organization: string | null;
  /** 設置先, as the request says. */
  readonly place: string | null;
  readonly receiptNumber: string | null;
  readonly requestId: Id | null;
}

export interface OrganizationChoice {
  readonly id: Id;
  readonly name: string;
}

export interface CertificateList extends Page<CertificateRow> {
  readonly filters: CertificateFilters;
  readonly place: Place;
  /** Not all of the search has been looked at: the next page goes on. */
  readonly cut: boolean;
  readonly counts: Readonly<Record<CertificateFilter, Count>>;
  readonly all: Count;
  readonly total: Count;
  /** What the search field was understood as. */
  readonly term: SearchTerm;
  /** Organisations whose name begins with what was typed, when those are several or none. */
  readonly choices: readonly OrganizationChoice[] | null;
}

/** One page of certificates, with the counts for the filter chips. */
export async function listCertificates(
  on: Reader,
  scope: Scope,
  filters: CertificateFilters,
  place: Place,
  now: Temporal.Instant,
): Promise<CertificateList> {
  const meant = await meantBy(on, scope, filters);
  const found = await search(on, certificateSearch(on, scope, meant.filters, now), place);
  const ids = found.rows.map(({ id }) => id);
  const rows = await certificateRows(on, ids, now);
  const total = filters.state === null ? found.all : found.counts[filters.state];
  return { ...found, rows, filters, place, total, term: searchTerm(filters.search), choices: meant.choices };
}

/** Words are resolved to the one organisation whose name begins so; where that is none or several, nothing is found. */
export async function meantBy(
  on: Reader,
  scope: Scope,
  filters: CertificateFilters,
): Promise<{
  readonly filters: CertificateFilters;
  readonly choices: readonly OrganizationChoice[] | null;
}> {
  const term = searchTerm(filters.search);
  if (term.kind !== "organization") return { filters, choices: null };
  const choices = await organizationsNamed(on, scope, term.key);
  const [only, ...others] = choices;
  if (only && others.length === 0) return { filters: { ...filters, organizationId: only.id }, choices: null };
  return { filters: { ...filters, search: UNREADABLE }, choices };
}

/** Two stars are no name. */
const UNREADABLE = "* *";
const CHOICES = 20;

async function organizationsNamed(on: Reader, scope: Scope, key: string): Promise<OrganizationChoice[]> {
  const { applicantOrganizations: o } = organizationTables(on.columns);
  const beginning = `${key.replace(/[\\%_]/g, "\\$&")}%`;
  return on
    .select({ id: o.id, name: o.nameJa })
    .from(o)
    .where(
      and(
        scope === "every-tenant" ? undefined : eq(o.subscriberId, scope.tenant),
        // Some thousand rows at most, in the order of the registry's characters: no index is worth it.
        or(...[o.nameJa, o.nameEn].map((name) => sql`${name} like ${beginning} escape '\\'`)),
      ),
    )
    .orderBy(asc(o.nameJa), asc(o.id))
    .limit(CHOICES);
}

/** The organisations that a subscriber may narrow its list to. */
export async function organizationChoices(on: Reader, scope: Scope): Promise<OrganizationChoice[]> {
  if (scope === "every-tenant") return [];
  const { applicantOrganizations: o } = organizationTables(on.columns);
  return on
    .select({ id: o.id, name: o.nameJa })
    .from(o)
    .where(eq(o.subscriberId, scope.tenant))
    .orderBy(asc(o.id))
    .limit(200);
}

/** The certificates with these ids, in the ids' order. */
export async function certificateRows(
  on: Reader,
  ids: readonly Id[],
  now: Temporal.Instant,
): Promise<CertificateRow[]> {
  if (ids.length === 0) return [];
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const { subscribers: s, applicantOrganizations: o } = organizationTables(on.columns);
  const found = await on
    .select({
      id: c.id,
      commonName: c.commonName,
      nameCount: c.nameCount,
      profile: c.profile,
      serial: c.serial,
      fingerprint: c.fingerprint,
      notBefore: c.notBefore,
      notAfter: c.notAfter,
      state: c.state,
      revokedAt: c.revokedAt,
      subscriber: s.name,
      organization: o.nameJa,
      place: r.place,
      receiptNumber: r.receiptNumber,
      requestId: r.id,
    })
    .from(c)
    .leftJoin(r, eq(r.certificateId, c.id))
    .leftJoin(s, eq(s.id, c.subscriberId))
    .leftJoin(o, eq(o.id, c.organizationId))
    .where(inArray(c.id, [...ids]));
  const rows = found.map(({ nameCount, ...row }) => ({
    ...row,
    commonName: displayName(row.commonName),
    otherNames: Math.max(nameCount - 1, 0),
    state: stateAt(row, now),
  }));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
