import { and, asc, eq, gte, inArray, isNull, ne, notExists, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { authorityTables } from "../authority/index.ts";
import { among, type Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { requestTables } from "../requests/index.ts";
import { groundRule } from "../rules/index.ts";
import { revocationTables } from "./tables.ts";

/** A certificate alive whose blocked key nobody has seen to, with what is known of the key. */
export interface Carrier {
  readonly id: Id;
  readonly spkiSha256: string;
  readonly reportedAt: Temporal.Instant;
  readonly declaredIn: Id | null;
  readonly evidence: string;
}

/**
 * Certificates that carry one of these keys, which is blocked, and must be revoked for it still, the oldest first,
 * `limit` at most: they wait for no order, or for one that comes too late, or does not name the compromise (BR 4.9.1.1
 * (3)). Of subscribers alone: those of clients and sites are taken away where they are given. Where the desk has called
 * the revocation off that rested on this very declaration, it is not said again.
 */
export async function unseenCarriers(
  on: Reader,
  spkiSha256s: readonly string[],
  now: Temporal.Instant,
  limit: number,
): Promise<Carrier[]> {
  if (spkiSha256s.length === 0) return [];
  const { certificates: c, compromisedKeys: k } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const { revocationOrders: o } = revocationTables(on.columns);
  const f = alias(o, "former");
  const allowed = groundRule("KEY_COMPROMISE", now).deadlineHours * 3_600_000;
  const calledOff = on
    .select({ id: f.id })
    .from(f)
    .where(
      and(
        eq(f.certificateId, c.id),
        eq(f.origin, "shared-key"),
        eq(f.originId, k.declaredIn),
        eq(f.state, "CANCELLED"),
      ),
    );
  return on
    .select({
      id: c.id,
      spkiSha256: c.spkiSha256,
      reportedAt: k.reportedAt,
      declaredIn: k.declaredIn,
      evidence: k.evidence,
    })
    .from(c)
    .innerJoin(k, eq(k.spkiSha256, c.spkiSha256))
    .innerJoin(r, eq(r.certificateId, c.id))
    .leftJoin(o, eq(o.openFor, c.id))
    .where(
      and(
        among(on.columns, c.spkiSha256, [...new Set(spkiSha256s)]),
        inArray(c.state, ["ACTIVE", "REPLACED"]),
        gte(c.notAfter, now),
        or(isNull(o.id), ne(o.reason, "keyCompromise"), sql`${o.executeAt} - ${k.reportedAt} > ${allowed}`),
        notExists(calledOff),
      ),
    )
    .orderBy(asc(c.id))
    .limit(limit);
}
