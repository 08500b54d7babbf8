import { and, asc, eq, inArray, isNull, lt, ne, or } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import { type Tenant, tenantOf } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { Language } from "../kernel/languages.ts";
import { Problem } from "../kernel/problem.ts";
import type { ORGANIZATION_STATES, SUBSCRIBER_STATES, SubscriberPolicy } from "./organization.ts";
import { organizationTables } from "./tables.ts";

/** A subscriber as every desk page below it needs it; here an id of an address becomes a tenant. */
export interface SubscriberRecord {
  readonly tenant: Tenant;
  readonly siteId: string;
  readonly name: string;
  readonly noticeAddress: string;
  readonly language: Language;
  readonly policy: SubscriberPolicy;
  readonly state: (typeof SUBSCRIBER_STATES)[number];
  readonly createdAt: Temporal.Instant;
  readonly version: number;
}

/** For the desk alone, which sees all. Problem: not-found. */
export async function subscriberOf(on: Reader, id: Id): Promise<SubscriberRecord> {
  const { subscribers: s } = organizationTables(on.columns);
  const [row] = await on.select().from(s).where(eq(s.id, id));
  if (!row) throw new Problem("not-found");
  const { id: subscriberId, ...record } = row;
  return { tenant: tenantOf(subscriberId), ...record };
}

/** Who stands behind these ids, for lists that hold ids alone. */
export async function subscriberNames(
  on: Reader,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, { readonly name: string; readonly siteId: string }>> {
  const { subscribers: s } = organizationTables(on.columns);
  if (ids.length === 0) return new Map();
  const rows = await on
    .select({ id: s.id, name: s.name, siteId: s.siteId })
    .from(s)
    .where(inArray(s.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, ...names }) => [id, names]));
}

/** The subscriber with a siteId (識別ID), in either case; null: there is none. */
export async function subscriberWithSiteId(on: Reader, siteId: string): Promise<Id | null> {
  const { subscribers: s } = organizationTables(on.columns);
  const [row] = await on.select({ id: s.id }).from(s).where(eq(s.siteId, siteId.toUpperCase()));
  return row?.id ?? null;
}

/** A human being known to a subscriber: to be named again as an operator or a user. */
export interface PersonLine {
  readonly id: Id;
  readonly name: string;
  readonly email: string;
}

export async function peopleOf(on: Reader, tenant: Tenant): Promise<readonly PersonLine[]> {
  const { people: p } = organizationTables(on.columns);
  return on
    .select({ id: p.id, name: p.name, email: p.email })
    .from(p)
    .where(eq(p.subscriberId, tenant))
    .orderBy(asc(p.name), asc(p.id));
}

export interface OrganizationLine {
  readonly id: Id;
  readonly nameJa: string;
  readonly nameEn: string | null;
  readonly prefecture: string;
  readonly evEnabled: boolean;
  readonly state: (typeof ORGANIZATION_STATES)[number];
  readonly vettedUntil: Temporal.Instant | null;
}

export async function organizationsOf(on: Reader, tenant: Tenant): Promise<readonly OrganizationLine[]> {
  const { applicantOrganizations: o } = organizationTables(on.columns);
  return on
    .select({
      id: o.id,
      nameJa: o.nameJa,
      nameEn: o.nameEn,
      prefecture: o.prefecture,
      evEnabled: o.evEnabled,
      state: o.state,
      vettedUntil: o.vettedUntil,
    })
    .from(o)
    .where(and(eq(o.subscriberId, tenant), ne(o.state, "REMOVED")))
    .orderBy(asc(o.id));
}

/** One organisation with those responsible for it; null: none of this subscriber's. */
export async function showOrganization(on: Reader, tenant: Tenant, id: Id) {
  const { applicantOrganizations: o, responsiblePersons: r } = organizationTables(on.columns);
  const [organization] = await on
    .select()
    .from(o)
    .where(and(eq(o.id, id), eq(o.subscriberId, tenant), ne(o.state, "REMOVED")));
  if (!organization) return null;
  const responsible = await on.select().from(r).where(eq(r.organizationId, id)).orderBy(asc(r.id));
  return { organization, responsible };
}

export type ShowOrganization = NonNullable<Awaited<ReturnType<typeof showOrganization>>>;

/** An organisation whose record may soon, or already, stand in no subject any more. */
export interface LapsingOrganization {
  readonly id: Id;
  readonly subscriberId: Id;
  readonly nameJa: string;
  readonly subscriberName: string;
  /** Null: it was never vetted. */
  readonly vettedUntil: Temporal.Instant | null;
}

/** Those whose identity data lapses before `until` (BR 4.2.1), the most urgent first. */
export async function lapsingOrganizations(
  on: Reader,
  until: Temporal.Instant,
  limit: number,
): Promise<readonly LapsingOrganization[]> {
  const { applicantOrganizations: o, subscribers: s } = organizationTables(on.columns);
  return on
    .select({
      id: o.id,
      subscriberId: o.subscriberId,
      nameJa: o.nameJa,
      subscriberName: s.name,
      vettedUntil: o.vettedUntil,
    })
    .from(o)
    .innerJoin(s, eq(s.id, o.subscriberId))
    .where(
      and(ne(o.state, "REMOVED"), eq(s.state, "ACTIVE"), or(lt(o.vettedUntil, until), isNull(o.vettedUntil))),
    )
    .orderBy(asc(o.vettedUntil), asc(o.id))
    .limit(limit);
}
