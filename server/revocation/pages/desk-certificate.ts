import { and, eq, gt, ne } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import { tenantOf } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import { displayName, requestTables } from "../../requests/index.ts";
import { type RevocationCandidate, revocationCandidates } from "./candidates.ts";

/** A certificate that the desk is about to have revoked, and whom that concerns. */
export interface DeskCertificate {
  readonly certificate: RevocationCandidate;
  readonly subscriber: { readonly id: Id; readonly name: string; readonly siteId: string };
  /** Living certificates with the very same key, of whatever subscriber. */
  readonly sameKey: readonly {
    readonly id: Id;
    readonly commonName: string;
    readonly serial: string;
    readonly subscriberName: string;
    readonly notAfter: Temporal.Instant;
  }[];
}

/** Null: there is none, or it is no subscriber's. */
export async function deskCertificate(
  on: Reader,
  id: Id,
  now: Temporal.Instant,
): Promise<DeskCertificate | null> {
  const { certificates: c } = authorityTables(on.columns);
  const { subscribers: s } = organizationTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const [row] = await on
    .select({ subscriber: { id: s.id, name: s.name, siteId: s.siteId } })
    .from(c)
    .innerJoin(s, eq(s.id, c.subscriberId))
    .where(eq(c.id, id));
  if (!row) return null;
  const [certificate] = await revocationCandidates(on, tenantOf(row.subscriber.id), [id], now);
  if (!certificate) return null;
  const sameKey = await on
    .select({
      id: c.id,
      commonName: r.commonName,
      serial: c.serial,
      subscriberName: s.name,
      notAfter: c.notAfter,
    })
    .from(c)
    .innerJoin(r, eq(r.certificateId, c.id))
    .innerJoin(s, eq(s.id, r.subscriberId))
    .where(
      and(
        eq(c.spkiSha256, certificate.spkiSha256),
        ne(c.id, id),
        ne(c.state, "REVOKED"),
        gt(c.notAfter, now),
      ),
    )
    .orderBy(c.id);
  return {
    certificate,
    subscriber: row.subscriber,
    sameKey: sameKey.map((one) => ({ ...one, commonName: displayName(one.commonName) })),
  };
}
