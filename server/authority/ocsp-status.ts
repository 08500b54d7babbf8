import { and, asc, eq, gte, sql } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import { wholeSecond } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import type { CertStatus } from "../pki/index.ts";
import { authorityTables, changed } from "./tables.ts";

/**
 * What the database says of a serial. Revoked where its intent was abandoned: it may have been signed, so it counts as
 * issued and lost, as the CRL says too, and not as the "non-issued" of RFC 6960 2.2. Unknown for what was never ordered
 * and for what is not stored yet.
 */
export async function statusOf(on: Reader, issuerId: Id, serial: string): Promise<CertStatus> {
  const { certificates: c, intents: i } = authorityTables(on.columns);
  const [certificate] = await on
    .prepared("authority.statusOfSerial", (d) =>
      d
        .select({ revokedAt: c.revokedAt, reason: c.revocationReason })
        .from(c)
        .where(and(eq(c.serial, sql.placeholder("serial")), eq(c.issuerId, sql.placeholder("issuerId"))))
        .prepare(),
    )
    .execute({ serial, issuerId });
  if (certificate) {
    const { revokedAt, reason } = certificate;
    return revokedAt === null
      ? { is: "good" }
      : // RFC 5280 5.3.1: unspecified is said by leaving the reason out.
        { is: "revoked", at: wholeSecond(revokedAt), reason: reason === 0 ? null : reason };
  }
  const [intent] = await on
    .prepared("authority.abandonedSerial", (d) =>
      d
        .select({ state: i.state, endedAt: i.endedAt })
        .from(i)
        .where(and(eq(i.issuerId, sql.placeholder("issuerId")), eq(i.serial, sql.placeholder("serial"))))
        .prepare(),
    )
    .execute({ serial, issuerId });
  return intent?.state === "ABANDONED" && intent.endedAt !== null
    ? { is: "revoked", at: wholeSecond(intent.endedAt), reason: null }
    : { is: "unknown" };
}

export interface ChangedStatus {
  readonly serial: string;
  /** Whole seconds since 1970. */
  readonly revokedAt: number;
  readonly reason: number | null;
}

const AT_ONCE = 500;

/** Every status of an issuer that changed since a moment, in pieces, from an index that holds all of it. */
export async function* statusesChangedSince(
  on: Reader,
  issuerId: Id,
  since: Temporal.Instant,
): AsyncGenerator<ChangedStatus[]> {
  const { certificates: c } = authorityTables(on.columns);
  const next = on.prepared("authority.statusesChangedSince", (d) =>
    d
      .select({
        serial: c.serial,
        changedAt: c.statusChangedAt,
        revokedAt: c.revokedAt,
        reason: c.revocationReason,
      })
      .from(c)
      .where(
        and(
          eq(c.issuerId, sql.placeholder("issuerId")),
          changed(c.statusChangedAt),
          gte(c.statusChangedAt, sql`${sql.param(sql.placeholder("from"), c.statusChangedAt)}`),
          sql`(${c.statusChangedAt}, ${c.serial}) > (${sql.param(sql.placeholder("from"), c.statusChangedAt)}, ${sql.placeholder("after")})`,
        ),
      )
      .orderBy(asc(c.statusChangedAt), asc(c.serial))
      .limit(AT_ONCE)
      .prepare(),
  );
  for (let from = since, after = ""; ; ) {
    const rows = await next.execute({ issuerId, from, after });
    const last = rows.at(-1);
    if (last) {
      yield rows.map(({ serial, revokedAt, reason }) => ({
        serial,
        revokedAt: Math.floor((revokedAt?.epochMilliseconds ?? 0) / 1000),
        reason: reason === 0 ? null : reason,
      }));
    }
    if (!last?.changedAt || rows.length < AT_ONCE) return;
    from = last.changedAt;
    after = last.serial;
  }
}
