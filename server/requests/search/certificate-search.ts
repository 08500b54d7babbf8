import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import { authorityTables, endedCertificate, otherThanOv } from "../../authority/index.ts";
import {
  aside,
  type Bound,
  beginning,
  beginsWith,
  type Reader,
  type Search,
  type SearchedNames,
  type Track,
  whereOf,
} from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { PROFILE_NAMES, type ProfileName } from "../../pki/index.ts";
import { requestTables } from "../tables.ts";
import {
  type CertificateFilter,
  type CertificateFilters,
  type CertificateProduct,
  EXPIRING_WITHIN,
  startOf,
} from "./certificate-filters.ts";
import { type SearchTerm, searchTerm } from "./search-term.ts";

/** Whose certificates: one subscriber's server certificates, or, on the desk, everything that was ever signed. */
export type Scope = { readonly tenant: Tenant } | "every-tenant";

const SERVER_PROFILES: readonly ProfileName[] = ["SERVER_OV", "SERVER_EV"];
const PROFILES_OF: Readonly<Record<CertificateProduct, readonly ProfileName[]>> = {
  OV: ["SERVER_OV"],
  EV: ["SERVER_EV"],
  INTERNAL: PROFILE_NAMES.filter((name) => !SERVER_PROFILES.includes(name)),
};

/** Receipt numbers that are looked up for one search. */
const RECEIPTS = 1_000;

/**
 * The filters as a search along indexes. A search for names is ordered by name, one by the end of validity (a window,
 * or a state that the clock decides) by that end, everything else the newest first.
 */
export function certificateSearch(
  on: Reader,
  scope: Scope,
  filters: CertificateFilters,
  now: Temporal.Instant,
): Search<CertificateFilter> {
  const { certificates: c } = authorityTables(on.columns);
  const term = searchTerm(filters.search);
  const parts = partsOf(on, scope, now);
  const { organizationId, product, state, from, to } = filters;
  const profiles = product === null ? null : PROFILES_OF[product];
  const organization = organizationId === null ? undefined : eq(c.organizationId, organizationId);
  const window = from === null && to === null ? null : parts.byEnd(windowOf(from, to), "rising");
  const rare =
    profiles === null || product === "OV"
      ? undefined
      : and(parts.scope, otherThanOv(c.profile), inArray(c.profile, [...profiles]));
  const found = trackOf(on, scope, term);
  const base =
    found?.track ??
    window ??
    (organization && parts.byId(organization)) ??
    (rare && parts.byId(rare)) ??
    parts.byId(parts.scope);
  const chosenTrack = state === null || window !== null ? undefined : parts.plain[state].track;
  const track = found?.track ?? chosenTrack ?? base;
  const ways: { where: SQL; of: CertificateFilter | null }[] = [];
  const way = (where: SQL | undefined, of: CertificateFilter | null = null) => {
    if (where !== undefined) ways.push({ where: and(parts.scope, where) ?? where, of });
  };
  // Whose it is the filter asks: of two conditions PostgreSQL would read the indexes of both whole.
  if (organization !== undefined) ways.push({ where: organization, of: null });
  way(rare);
  if (window !== null) way(whereOf(window));
  if (state !== null) way(whereOf(parts.plain[state].track), state);
  const narrowed = term.kind !== "all" || organization || profiles || window;
  return {
    table: c,
    id: c.id,
    track,
    base,
    names: found?.names ?? null,
    ways,
    filter: and(
      scope === "every-tenant" ? undefined : sql`${aside(c.subscriberId)} = ${scope.tenant}`,
      scope === "every-tenant" && profiles === null
        ? undefined
        : inArray(aside(c.profile), [...(profiles ?? SERVER_PROFILES)]),
      organizationId === null ? undefined : sql`${aside(c.organizationId)} = ${organizationId}`,
      from === null ? undefined : sql`${aside(c.notAfter)} >= ${startOf(from).epochMilliseconds}`,
      to === null ? undefined : sql`${aside(c.notAfter)} < ${startOf(to.add({ days: 1 })).epochMilliseconds}`,
    ),
    classes: parts.classes,
    chosen: state,
    chosenByTrack: track === chosenTrack && (state === "REVOKED" || state === "REPLACED"),
    plain: narrowed ? null : parts.plain,
  };
}

/** The conditions and tracks that depend on nothing but whose certificates and when. */
function partsOf(on: Reader, scope: Scope, now: Temporal.Instant) {
  const { certificates: c } = authorityTables(on.columns);
  const mine = scope === "every-tenant" ? undefined : eq(c.subscriberId, scope.tenant);
  const byId = (where: SQL | undefined): Track => ({
    from: c,
    where,
    key: [{ column: c.id }],
    direction: "falling",
  });
  const byEnd = (bounds: Pick<Track, "low" | "high">, direction: Track["direction"]): Track => ({
    from: c,
    where: mine,
    ...bounds,
    key: [{ column: c.notAfter, number: true }, { column: c.id }],
    direction,
  });
  const soon = now.add(EXPIRING_WITHIN);
  const [state, end] = [aside(c.state), aside(c.notAfter)];
  const active = sql`${state} = 'ACTIVE'`;
  const [nowMs, soonMs] = [now.epochMilliseconds, soon.epochMilliseconds];
  const classes = {
    ACTIVE: sql`(${active} and ${end} > ${nowMs})`,
    EXPIRING: sql`(${active} and ${end} > ${nowMs} and ${end} <= ${soonMs})`,
    EXPIRED: sql`(${active} and ${end} <= ${nowMs})`,
    REVOKED: sql`${state} = 'REVOKED'`,
    REPLACED: sql`${state} = 'REPLACED'`,
  };
  const rest = mine && inArray(aside(c.profile), [...SERVER_PROFILES]);
  const ended = (state: "REVOKED" | "REPLACED") => ({
    track: byId(and(mine, endedCertificate(c.state), eq(c.state, state))),
    ...(rest && { rest }),
  });
  const alive = { rest: and(rest, active) ?? active };
  const plain = {
    ACTIVE: { track: byEnd({ low: after(now) }, "rising"), ...alive },
    EXPIRING: { track: byEnd({ low: after(now), high: upTo(soon) }, "rising"), ...alive },
    EXPIRED: { track: byEnd({ high: upTo(now) }, "falling"), ...alive },
    REVOKED: ended("REVOKED"),
    REPLACED: ended("REPLACED"),
    all: { track: byId(mine), ...(rest && { rest }) },
  };
  return { scope: mine, byId, byEnd, classes, plain };
}

const after =
  (at: Temporal.Instant): Bound =>
  (column) =>
    sql`${column} > ${at.epochMilliseconds}`;
const upTo =
  (at: Temporal.Instant): Bound =>
  (column) =>
    sql`${column} <= ${at.epochMilliseconds}`;

/** The instants of both days and of those between; null leaves that side open. */
function windowOf(
  from: Temporal.PlainDate | null,
  to: Temporal.PlainDate | null,
): Pick<Track, "low" | "high"> {
  const justBefore = (day: Temporal.PlainDate) => startOf(day).subtract({ milliseconds: 1 });
  return {
    ...(from && { low: after(justBefore(from)) }),
    ...(to && { high: upTo(justBefore(to.add({ days: 1 }))) }),
  };
}

/** Where the typed text leads; null where it says nothing or has to be resolved first (organisations). */
function trackOf(
  on: Reader,
  scope: Scope,
  term: SearchTerm,
): { readonly track: Track; readonly names: SearchedNames | null } | null {
  const { certificates: c, certificateNames: n } = authorityTables(on.columns);
  // Few rows have such a number, whoever's they are: the tenant is asked of those.
  const mine = scope === "every-tenant" ? undefined : sql`${aside(c.subscriberId)} = ${scope.tenant}`;
  const newest = (where: SQL | undefined): Track => ({
    from: c,
    where: and(mine, where),
    key: [{ column: c.id }],
    direction: "falling",
  });
  switch (term.kind) {
    case "all":
    case "organization":
      return null;
    case "unreadable":
      return { track: newest(sql`1 = 0`), names: null };
    case "name":
      return namesTrack(
        {
          table: n,
          owner: n.certificateId,
          tenant: n.subscriberId,
          name: n.name,
          reversedName: n.reversedName,
        },
        scope,
        term,
      );
    case "serial": {
      const key = [{ column: c.serial }, { column: c.issuerId }];
      const track = { from: c, where: mine, ...beginning(term.key), key, direction: "rising" } as const;
      return { track, names: null };
    }
    case "digest":
      return { track: newest(or(eq(c.fingerprint, term.key), eq(c.spkiSha256, term.key))), names: null };
    case "receipt": {
      const { certificateRequests: r } = requestTables(on.columns);
      const theirs = scope === "every-tenant" ? undefined : eq(r.subscriberId, scope.tenant);
      const issued = on
        .select({ id: r.certificateId })
        .from(r)
        .where(and(theirs, beginsWith(r.receiptNumber, term.key), sql`${r.certificateId} is not null`))
        .limit(RECEIPTS);
      return { track: newest(inArray(c.id, issued)), names: null };
    }
  }
}

interface NameColumns extends Pick<SearchedNames, "table" | "owner"> {
  readonly tenant: SearchedNames["name"];
  readonly name: SearchedNames["name"];
  readonly reversedName: SearchedNames["name"];
}

/** The way along a table of names: certificates' or requests'. */
export function namesTrack(
  { table, owner, tenant, name, reversedName }: NameColumns,
  scope: Scope,
  { match, key }: Extract<SearchTerm, { kind: "name" }>,
): { readonly track: Track; readonly names: SearchedNames } {
  const mine = scope === "every-tenant" ? undefined : eq(tenant, scope.tenant);
  if (match === "exact") {
    const track = { from: table, where: and(mine, eq(name, key)), key: [{ column: owner }] };
    const among = sql`${aside(name)} = ${key}`;
    return { track: { ...track, direction: "falling" }, names: { table, owner, name, prefix: null, among } };
  }
  const column = match === "prefix" ? name : reversedName;
  return {
    track: {
      from: table,
      where: mine,
      ...beginning(key),
      key: [{ column }, { column: owner }],
      direction: "rising",
    },
    names: { table, owner, name: column, prefix: key, among: beginsWith(aside(column), key) },
  };
}
