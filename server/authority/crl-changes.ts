import { and, eq, gte, sql } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { abandoned, authorityTables, changed } from "./tables.ts";

/**
 * How much later than its own time a revocation may be committed, at most: one that waited for another transaction is
 * dated before a CRL that was read without it.
 */
export const LATE = Temporal.Duration.from({ minutes: 10 });

/** What `changesSince` says where nothing changed. */
export const NO_CHANGES = "0/0 0/0";

/**
 * What changed in one partition of an issuer's statuses since a moment, as a text that is another one as soon as any
 * more has: how many revocations and abandoned serials, and the sums of their times. A status changes only for good
 * and only to a later time, so that equal counts and sums are the same changes. 0 is the complete CRL.
 */
export async function changesSince(
  on: Reader,
  issuerId: Id,
  partition: number,
  since: Temporal.Instant,
): Promise<string> {
  const { certificates: c, intents: i } = authorityTables(on.columns);
  const from = since.epochMilliseconds;
  const within = (column: typeof c.crlPartition | typeof i.crlPartition) =>
    sql`(${sql.placeholder("partition")} = 0 or ${column} = ${sql.placeholder("partition")})`;
  const totals = (at: typeof c.statusChangedAt | typeof i.endedAt) => ({
    count: sql<number | string>`count(*)`,
    sum: sql<number | string>`coalesce(sum(${at} - ${sql.placeholder("from")}), 0)`,
  });
  const [revocations] = await on
    .prepared("authority.changedStatuses", (d) =>
      d
        .select(totals(c.statusChangedAt))
        .from(c)
        .where(
          and(
            eq(c.issuerId, sql.placeholder("issuerId")),
            changed(c.statusChangedAt),
            gte(c.statusChangedAt, sql`${sql.placeholder("from")}`),
            within(c.crlPartition),
          ),
        )
        .prepare(),
    )
    .execute({ issuerId, partition, from });
  const [given] = await on
    .prepared("authority.abandonedSerials", (d) =>
      d
        .select(totals(i.endedAt))
        .from(i)
        .where(
          and(
            eq(i.issuerId, sql.placeholder("issuerId")),
            abandoned(i.state),
            gte(i.endedAt, sql`${sql.placeholder("from")}`),
            within(i.crlPartition),
          ),
        )
        .prepare(),
    )
    .execute({ issuerId, partition, from });
  return [revocations, given].map((total) => `${total?.count ?? 0}/${total?.sum ?? 0}`).join(" ");
}
