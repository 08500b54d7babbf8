import { and, count, eq, gt, inArray, sql } from "drizzle-orm";
import type { Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import { joined } from "./joins.ts";

/** Counts of a set or of one subscriber's share of it. */
export interface MassCounts {
  readonly total: number;
  /** Neither revoked nor ended. */
  readonly alive: number;
  readonly revoked: number;
  readonly replaced: number;
  /** Of those replaced, by the issuing company itself. */
  readonly automatic: number;
  /** Of those replaced, fetched before the old certificate was revoked. */
  readonly downloaded: number;
  readonly underWay: number;
  readonly failed: number;
  readonly none: number;
  readonly pending: number;
  /** Waits for the subscriber, failed ones included. */
  readonly open: number;
  readonly lastRevokedAt: Temporal.Instant | null;
}

export interface SubscriberShare extends MassCounts {
  readonly subscriberId: Id;
  readonly name: string;
  readonly siteId: string;
}

function shareQuery(on: Reader, now: Temporal.Instant) {
  const t = joined(on);
  const { e, c, after, failed } = t;
  const when = (condition: ReturnType<typeof sql>) =>
    sql<number>`count(case when ${condition} then 1 end)`.mapWith(Number);
  const replaced = sql`${after.id} is not null`;
  const alive = and(inArray(c.state, ["ACTIVE", "REPLACED"]), gt(c.notAfter, now)) ?? sql`false`;
  const counts = {
    total: count(),
    alive: when(alive),
    revoked: when(sql`${c.state} = 'REVOKED'`),
    replaced: when(replaced),
    automatic: when(sql`${after.massRevocationId} = ${e.massRevocationId}`),
    downloaded: when(
      sql`${after.firstDownloadedAt} is not null and (${c.revokedAt} is null or ${after.firstDownloadedAt} <= ${c.revokedAt})`,
    ),
    failed: when(sql`${after.id} is null and ${failed.id} is not null`),
    requested: when(sql`${after.id} is null and ${failed.id} is null and ${e.replacement} = 'REQUESTED'`),
    subscriber: when(sql`${after.id} is null and ${e.replacement} = 'SUBSCRIBER'`),
    none: when(sql`${after.id} is null and ${e.replacement} = 'NONE'`),
    pending: when(sql`${after.id} is null and ${e.replacement} = 'PENDING'`),
    lastRevokedAt: sql<Temporal.Instant | null>`max(${c.revokedAt})`.mapWith(c.revokedAt),
  };
  return { ...t, counts };
}

type Counted = Omit<MassCounts, "open" | "underWay"> & {
  readonly requested: number;
  readonly subscriber: number;
};

const countsOf = ({ requested, subscriber, ...counted }: Counted): MassCounts => ({
  ...counted,
  underWay: requested,
  open: subscriber + counted.failed,
});

/** Every subscriber's share of a case, the largest first. */
export async function sharesOf(
  on: Reader,
  massRevocationId: Id,
  now: Temporal.Instant,
  tenant: Tenant | null = null,
): Promise<readonly SubscriberShare[]> {
  const { e, c, after, took, failed, gaveUp, counts } = shareQuery(on, now);
  const { subscribers: s } = organizationTables(on.columns);
  const rows = await on
    .select({ subscriberId: e.subscriberId, name: s.name, siteId: s.siteId, ...counts })
    .from(e)
    .innerJoin(c, eq(c.id, e.certificateId))
    .innerJoin(s, eq(s.id, e.subscriberId))
    .leftJoin(after, took)
    .leftJoin(failed, gaveUp)
    .where(
      and(eq(e.massRevocationId, massRevocationId), tenant === null ? undefined : eq(e.subscriberId, tenant)),
    )
    .groupBy(e.subscriberId, s.name, s.siteId);
  return rows
    .map(({ subscriberId, name, siteId, ...counted }) => ({
      subscriberId,
      name,
      siteId,
      ...countsOf(counted),
    }))
    .toSorted((a, b) => b.total - a.total || a.name.localeCompare(b.name, "ja"));
}

export const NOTHING: MassCounts = {
  total: 0,
  alive: 0,
  revoked: 0,
  replaced: 0,
  automatic: 0,
  downloaded: 0,
  underWay: 0,
  failed: 0,
  none: 0,
  pending: 0,
  open: 0,
  lastRevokedAt: null,
};

/** The shares of all subscribers as one: numbers are summed up, of times the latest counts. */
export function totalsOf(shares: readonly MassCounts[]): MassCounts {
  return shares.reduce((sum, share) => {
    const added = Object.fromEntries(
      Object.entries(share).flatMap(([key, value]) =>
        typeof value === "number" ? [[key, value + Number(sum[key as keyof MassCounts])]] : [],
      ),
    ) as unknown as MassCounts;
    const { lastRevokedAt: a } = sum;
    const { lastRevokedAt: b } = share;
    const later = a === null || (b !== null && Temporal.Instant.compare(b, a) > 0) ? b : a;
    return { ...added, lastRevokedAt: later };
  }, NOTHING);
}
