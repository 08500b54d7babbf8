import { setImmediate as nextTurn } from "node:timers/promises";
import { and, asc, eq, gt, gte, sql } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { abandoned, authorityTables, revoked } from "./tables.ts";

/** Rows a statement: on SQLite each one holds the event loop, for about a millisecond. */
const AT_ONCE = 500;

interface Wanted {
  readonly issuerId: Id;
  /** 0: all of the issuer's. */
  readonly partition: number;
  /** Certificates that had ended before this moment need no entry any more. */
  readonly aliveAt: Temporal.Instant;
}

/** Takes one entry: serial, whole seconds since 1970, a CRLReason or null for unspecified. */
type TakeEntry = (serial: string, revokedAt: number, reason: number | null) => void;

/**
 * Hands over everything that a CRL lists: revoked certificates and abandoned serials. Read in pieces from an index that
 * holds just these columns, with the event loop free between them. What is committed before the call is all there; what
 * comes later may be.
 */
export async function eachRevoked(on: Reader, wanted: Wanted, take: TakeEntry): Promise<void> {
  await eachRevokedCertificate(on, wanted, take);
  await eachAbandonedSerial(on, wanted, take);
}

// Bare numbers instead of Temporal values: a million of these make a CRL.
const wholeSeconds = (milliseconds: number | string): number => Math.floor(Number(milliseconds) / 1000);

async function eachRevokedCertificate(
  on: Reader,
  { issuerId, partition, aliveAt }: Wanted,
  take: TakeEntry,
): Promise<void> {
  const { certificates: c } = authorityTables(on.columns);
  const next = on.prepared("authority.revokedEntries", (d) =>
    d
      .select({
        serial: c.serial,
        revokedAt: sql<number | string>`${c.revokedAt}`,
        reason: c.revocationReason,
      })
      .from(c)
      .where(
        and(
          eq(c.issuerId, sql.placeholder("issuerId")),
          revoked(c.revokedAt),
          gt(c.serial, sql.placeholder("after")),
          gte(c.notAfter, sql`${sql.placeholder("from")}`),
          sql`(${sql.placeholder("partition")} = 0 or ${c.crlPartition} = ${sql.placeholder("partition")})`,
        ),
      )
      .orderBy(asc(c.serial))
      .limit(AT_ONCE)
      .prepare(),
  );
  for (let after = ""; ; ) {
    const rows = await next.execute({ issuerId, partition, after, from: aliveAt.epochMilliseconds });
    for (const { serial, revokedAt, reason } of rows) {
      // RFC 5280 5.3.1: unspecified is said by leaving the reason out.
      take(serial, wholeSeconds(revokedAt), reason === 0 ? null : reason);
      after = serial;
    }
    if (rows.length < AT_ONCE) return;
    await nextTurn();
  }
}

async function eachAbandonedSerial(
  on: Reader,
  { issuerId, partition, aliveAt }: Wanted,
  take: TakeEntry,
): Promise<void> {
  const { intents: i } = authorityTables(on.columns);
  const place = sql`(${sql.placeholder("endedAt")}, ${sql.placeholder("after")})`;
  const next = on.prepared("authority.abandonedEntries", (d) =>
    d
      .select({ serial: i.serial, endedAt: sql<number | string>`${i.endedAt}` })
      .from(i)
      .where(
        and(
          eq(i.issuerId, sql.placeholder("issuerId")),
          abandoned(i.state),
          sql`(${i.endedAt}, ${i.serial}) > ${place}`,
          gte(i.notAfter, sql`${sql.placeholder("from")}`),
          sql`(${sql.placeholder("partition")} = 0 or ${i.crlPartition} = ${sql.placeholder("partition")})`,
        ),
      )
      .orderBy(asc(i.endedAt), asc(i.serial))
      .limit(AT_ONCE)
      .prepare(),
  );
  const from = aliveAt.epochMilliseconds;
  for (let endedAt: number | string = 0, after = ""; ; ) {
    const rows: { serial: string; endedAt: number | string }[] = await next.execute({
      issuerId,
      partition,
      endedAt,
      after,
      from,
    });
    for (const row of rows) {
      take(row.serial, wholeSeconds(row.endedAt), null);
      ({ endedAt, serial: after } = row);
    }
    if (rows.length < AT_ONCE) return;
    await nextTurn();
  }
}
