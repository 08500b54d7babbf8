import {
  and,
  asc,
  count,
  desc,
  eq,
  gte,
  inArray,
  isNull,
  lt,
  lte,
  max,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { accountTables } from "../accounts/tables.ts";
import { authorityTables } from "../authority/tables.ts";
import { contractTables } from "../contracts/tables.ts";
import {
  type Count,
  contains,
  countUpTo,
  type Page,
  type Place,
  pageOf,
  placeOf,
  type Reader,
} from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import { dayInJapan, JAPAN } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { searchVariants } from "../kernel/text.ts";
import { operatorTables } from "../operators/tables.ts";
import { organizationTables } from "../organizations/tables.ts";

interface SubscriberRow {
  readonly id: Id;
  readonly siteId: string;
  readonly name: string;
  readonly state: "ACTIVE" | "SUSPENDED" | "TERMINATED";
  /** The last day of the last contract; null: there never was one. */
  readonly contractEndsOn: Temporal.PlainDate | null;
  readonly organizations: number;
  readonly operators: number;
  readonly createdAt: Temporal.Instant;
}

export interface SubscriberList extends Page<SubscriberRow> {
  readonly search: string;
  readonly place: Place;
  readonly total: number;
}

/** One page of all subscribers, the newest first; `search` is a part of the name or the siteId. */
export async function listSubscribers(on: Reader, search: string, place: Place): Promise<SubscriberList> {
  const { subscribers: s } = organizationTables(on.columns);
  const matching = found(on, search);
  const [counted] = await on.select({ count: count() }).from(s).where(matching);
  const { where, order, limit } = placeOf(s.id, place);
  const rows = await on
    .select({ id: s.id, siteId: s.siteId, name: s.name, state: s.state, createdAt: s.createdAt })
    .from(s)
    .where(and(matching, where))
    .orderBy(order)
    .limit(limit);
  const ids = rows.map(({ id }) => id);
  const [ends, organizations, operators] = [
    await contractEnds(on, ids),
    await organizationCounts(on, ids),
    await operatorCounts(on, ids),
  ];
  const lines = rows.map((row) => ({
    ...row,
    contractEndsOn: ends.get(row.id) ?? null,
    organizations: organizations.get(row.id) ?? 0,
    operators: operators.get(row.id) ?? 0,
  }));
  return { ...pageOf(lines, place), search, place, total: counted?.count ?? 0 };
}

function found(on: Reader, search: string): SQL | undefined {
  const { subscribers: s } = organizationTables(on.columns);
  const texts = searchVariants(search);
  return texts.length === 0 ? undefined : or(contains(s.name, texts), contains(s.siteId, texts));
}

async function contractEnds(on: Reader, ids: readonly Id[]): Promise<Map<Id, Temporal.PlainDate>> {
  if (ids.length === 0) return new Map();
  const { contracts: c } = contractTables(on.columns);
  const rows = await on
    .select({ id: c.subscriberId, endsOn: c.endsOn })
    .from(c)
    .where(inArray(c.subscriberId, [...ids]))
    .orderBy(asc(c.endsOn));
  return new Map(rows.map(({ id, endsOn }) => [id, endsOn]));
}

async function organizationCounts(on: Reader, ids: readonly Id[]): Promise<Map<Id, number>> {
  if (ids.length === 0) return new Map();
  const { applicantOrganizations: o } = organizationTables(on.columns);
  const rows = await on
    .select({ id: o.subscriberId, count: count() })
    .from(o)
    .where(and(inArray(o.subscriberId, [...ids]), inArray(o.state, ["UNVETTED", "VETTED"])))
    .groupBy(o.subscriberId);
  return new Map(rows.map((row) => [row.id, row.count]));
}

async function operatorCounts(on: Reader, ids: readonly Id[]): Promise<Map<Id, number>> {
  if (ids.length === 0) return new Map();
  const { operators: o } = operatorTables(on.columns);
  const rows = await on
    .select({ id: o.subscriberId, count: count() })
    .from(o)
    .where(and(inArray(o.subscriberId, [...ids]), inArray(o.state, [...PRESENT])))
    .groupBy(o.subscriberId);
  return new Map(rows.map((row) => [row.id, row.count]));
}

/** Every operator who has not been removed. */
const PRESENT = [
  "REQUESTED",
  "CA_REVIEW",
  "CERTIFICATE_READY",
  "ACTIVE",
  "RENEWAL_DUE",
  "SUSPENDED",
] as const;

export interface ContractStanding {
  readonly startsOn: Temporal.PlainDate;
  readonly endsOn: Temporal.PlainDate;
  readonly commitment: number;
  /** Certificates made for this subscriber in the contract's year, as the authority counts them. */
  readonly used: number;
  readonly inForce: boolean;
}

/** The last contract of a subscriber and how much of its commitment is used; null: there never was one. */
export async function contractStanding(
  on: Reader,
  tenant: Tenant,
  now: Temporal.Instant,
): Promise<ContractStanding | null> {
  const { contracts: c } = contractTables(on.columns);
  const [contract] = await on
    .select({ startsOn: c.startsOn, endsOn: c.endsOn, commitment: c.commitment })
    .from(c)
    .where(eq(c.subscriberId, tenant))
    .orderBy(desc(c.endsOn))
    .limit(1);
  if (!contract) return null;
  const { certificates } = authorityTables(on.columns);
  const [used] = await on
    .select({ count: count() })
    .from(certificates)
    .where(
      and(
        eq(certificates.subscriberId, tenant),
        inArray(certificates.profile, ["SERVER_OV", "SERVER_EV"]),
        gte(certificates.createdAt, startOf(contract.startsOn)),
        lt(certificates.createdAt, startOf(contract.endsOn.add({ days: 1 }))),
      ),
    );
  const today = dayInJapan(now);
  const inForce =
    Temporal.PlainDate.compare(contract.startsOn, today) <= 0 &&
    Temporal.PlainDate.compare(today, contract.endsOn) <= 0;
  return { ...contract, used: used?.count ?? 0, inForce };
}

export interface EndingContract {
  readonly subscriberId: Id;
  readonly name: string;
  readonly endsOn: Temporal.PlainDate | null;
}

/** Active subscribers whose last contract ends on `until` or before, or who have none; the most urgent first. */
export async function endingContracts(
  on: Reader,
  until: Temporal.PlainDate,
  limit: number,
): Promise<readonly EndingContract[]> {
  const { subscribers: s } = organizationTables(on.columns);
  const { contracts: c } = contractTables(on.columns);
  const last = on
    .select({ subscriberId: c.subscriberId, endsOn: max(c.endsOn).as("last_day") })
    .from(c)
    .groupBy(c.subscriberId)
    .as("last_contracts");
  return on
    .select({ subscriberId: s.id, name: s.name, endsOn: last.endsOn })
    .from(s)
    .leftJoin(last, eq(last.subscriberId, s.id))
    .where(and(eq(s.state, "ACTIVE"), or(isNull(last.endsOn), lte(last.endsOn, sql.param(until, c.endsOn)))))
    .orderBy(asc(last.endsOn), asc(s.id))
    .limit(limit);
}

export interface DeskCounts {
  readonly subscribers: number;
  readonly organizations: number;
  readonly users: number;
  readonly operators: number;
  /** Counted up to ten thousand: more is a number for reports, not for a front page. */
  readonly certificates: Count;
}

/** How much of everything is alive. */
export async function deskCounts(on: Reader, now: Temporal.Instant): Promise<DeskCounts> {
  const { subscribers: s, applicantOrganizations: o } = organizationTables(on.columns);
  const { applicantUsers: u } = accountTables(on.columns);
  const { operators: p } = operatorTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const [subscribers] = await on.select({ n: count() }).from(s).where(eq(s.state, "ACTIVE"));
  const [organizations] = await on.select({ n: count() }).from(o).where(eq(o.state, "VETTED"));
  const [users] = await on.select({ n: count() }).from(u).where(eq(u.state, "ACTIVE"));
  const [operators] = await on
    .select({ n: count() })
    .from(p)
    .where(inArray(p.state, ["CERTIFICATE_READY", "ACTIVE", "RENEWAL_DUE"]));
  const alive = and(
    gte(c.notAfter, now),
    eq(c.state, "ACTIVE"),
    inArray(c.profile, ["SERVER_OV", "SERVER_EV"]),
  );
  return {
    subscribers: subscribers?.n ?? 0,
    organizations: organizations?.n ?? 0,
    users: users?.n ?? 0,
    operators: operators?.n ?? 0,
    certificates: await countUpTo(on, c, alive, 10_000),
  };
}

const startOf = (day: Temporal.PlainDate): Temporal.Instant => day.toZonedDateTime(JAPAN).toInstant();
