import { and, gte, inArray, isNull, ne, or } from "drizzle-orm";
import { among, type Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { authorityTables } from "./tables.ts";

/**
 * Which of these keys (SHA-256 of SubjectPublicKeyInfo, hex) stand in a certificate alive, neither expired nor revoked,
 * of anybody but this subscriber? Each with whose they are; null is the issuing company itself. `besides` null asks
 * for everybody's.
 */
export async function liveKeyHolders(
  on: Reader,
  spkiSha256s: readonly string[],
  besides: Id | null,
  now: Temporal.Instant,
): Promise<ReadonlyMap<string, ReadonlySet<Id | null>>> {
  const { certificates: c } = authorityTables(on.columns);
  const holders = new Map<string, Set<Id | null>>();
  if (spkiSha256s.length === 0) return holders;
  const rows = await on
    .select({ spkiSha256: c.spkiSha256, subscriberId: c.subscriberId })
    .from(c)
    .where(
      and(
        among(on.columns, c.spkiSha256, [...new Set(spkiSha256s)]),
        inArray(c.state, ["ACTIVE", "REPLACED"]),
        gte(c.notAfter, now),
        besides === null ? undefined : or(isNull(c.subscriberId), ne(c.subscriberId, besides)),
      ),
    )
    .groupBy(c.spkiSha256, c.subscriberId);
  for (const { spkiSha256, subscriberId } of rows) {
    holders.set(spkiSha256, (holders.get(spkiSha256) ?? new Set()).add(subscriberId));
  }
  return holders;
}

/** Does that key stand in a certificate alive of anybody but this subscriber (null: the issuing company)? */
export async function isKeyHeldByAnother(
  on: Reader,
  spkiSha256: string,
  subscriberId: Id | null,
  now: Temporal.Instant,
): Promise<boolean> {
  const holders = await liveKeyHolders(on, [spkiSha256], subscriberId, now);
  return [...(holders.get(spkiSha256) ?? [])].some((holder) => holder !== subscriberId);
}
