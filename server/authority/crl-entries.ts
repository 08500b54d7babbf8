import { setImmediate as nextTurn } from "node:timers/promises";
import { and, asc, eq, gt, gte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { abandoned, authorityTables, revoked } from "./tables.ts";

/** Entries a statement: on SQLite each one holds the event loop, for about a millisecond. */
const AT_ONCE = 1000;

interface Wanted {
  readonly issuerId: Id;
  /** 0: all of the issuer's. */
  readonly partition: number;
  /** Certificates that had ended before this moment need no entry any more. */
  readonly aliveAt: Temporal.Instant;
}

type Tables = ReturnType<typeof authorityTables>;

/** One of the two tables that a CRL is made of: which of its rows, and what each says. */
interface Source {
  readonly table: Tables["certificates"] | Tables["intents"];
  readonly where: SQL | undefined;
  readonly entry: SQL<string>;
}

/** Takes one entry: serial, whole seconds since 1970, a CRLReason or null for unspecified. */
type TakeEntry = (serial: string, revokedAt: number, reason: number | null) => void;

/**
 * Hands over everything that a CRL lists: revoked certificates and abandoned serials. Read in pieces from indexes that
 * hold just these columns, with the event loop free between them. What is committed before the call is all there; what
 * comes later may be.
 */
export async function eachRevoked(db: Database, wanted: Wanted, take: TakeEntry): Promise<void> {
  const { certificates: c, intents: i } = authorityTables(db.read.columns);
  const { issuerId, partition } = wanted;
  const from = wanted.aliveAt.epochMilliseconds;
  const piecesOf = (key: string, { table, where, entry }: Source) =>
    db.read.prepared(key, (d) => {
      const entries = d
        .select({ entry: entry.as("entry") })
        .from(table)
        .where(
          and(
            eq(table.issuerId, sql.placeholder("issuerId")),
            where,
            gt(table.serial, sql.placeholder("after")),
            gte(table.notAfter, sql`${sql.placeholder("from")}`),
            sql`(${sql.placeholder("partition")} = 0 or ${table.crlPartition} = ${sql.placeholder("partition")})`,
          ),
        )
        .orderBy(asc(table.serial))
        .limit(AT_ONCE)
        .as("entries");
      return d
        .select({ text: joined(db, entries.entry) })
        .from(entries)
        .prepare();
    });
  const revocations = piecesOf("authority.revokedEntries", {
    table: c,
    where: revoked(c.revokedAt),
    entry: entryOf(c.serial, c.revokedAt, c.revocationReason),
  });
  const given = piecesOf("authority.abandonedEntries", {
    table: i,
    where: abandoned(i.state),
    entry: entryOf(i.serial, i.endedAt, sql`0`),
  });
  for (const next of [revocations, given]) {
    for (let after: string | null = ""; after !== null; ) {
      const [piece]: { text: string | null }[] = await next.execute({ issuerId, partition, after, from });
      after = takeAll(piece?.text ?? "", take);
      if (after !== null) await nextTurn();
    }
  }
}

/** `serial seconds reason` as one text: a million rows of three columns cost more to map than all the rest. */
const entryOf = (serial: SQLiteColumn, at: SQLiteColumn, reason: SQLiteColumn | SQL): SQL<string> =>
  sql<string>`${serial} || ' ' || (${at} / 1000) || ' ' || coalesce(${reason}, 0)`;

/** All entries of a piece as one value; only the names differ. */
const joined = (db: Database, entry: SQL | SQL.Aliased): SQL<string | null> =>
  db.engine === "sqlite"
    ? sql<string | null>`group_concat(${entry}, ',')`
    : sql<string | null>`string_agg(${entry}, ',')`;

const COMMA = 0x2c;
const SPACE = 0x20;

/** Gives the serial after which the next piece begins, or null after the last. Read where it stands, without parts. */
function takeAll(text: string, take: TakeEntry): string | null {
  const { length } = text;
  let last = "";
  let count = 0;
  for (let at = 0; at < length; count += 1) {
    const space = text.indexOf(" ", at);
    const serial = text.slice(at, space);
    let revokedAt = 0;
    for (at = space + 1; text.charCodeAt(at) !== SPACE; at += 1) {
      revokedAt = 10 * revokedAt + text.charCodeAt(at) - 0x30;
    }
    let reason = 0;
    for (at += 1; at < length && text.charCodeAt(at) !== COMMA; at += 1) {
      reason = 10 * reason + text.charCodeAt(at) - 0x30;
    }
    at += 1;
    // RFC 5280 5.3.1: unspecified is said by leaving the reason out.
    take(serial, revokedAt, reason === 0 ? null : reason);
    if (serial > last) last = serial;
  }
  return count < AT_ONCE ? null : last;
}
