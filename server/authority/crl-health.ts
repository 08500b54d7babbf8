import { asc } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import { EVERY, partitionsOf } from "./crl.ts";
import { type CrlRecord, newestCrl } from "./crl-store.ts";
import { ISSUER_ROLES, type IssuerRole } from "./issuer.ts";
import { authorityTables } from "./tables.ts";

/** A scheduled CRL may be so late before somebody is told: hours before half of its life is over. */
const LATE_BY = Temporal.Duration.from({ hours: 12 });
/** Somebody has to fetch the root's passphrase from where it is kept: they hear of it while there is time. */
const ROOT_WARNED = Temporal.Duration.from({ hours: 24 * 60 });

export interface CrlHealth {
  readonly role: IssuerRole;
  /** 0: the complete one. */
  readonly partition: number;
  readonly crl: CrlRecord | null;
  readonly nextUpdate: Temporal.Instant | null;
  /**
   * aging: a newer one should have come twelve hours ago, and did not (IdenTrust 2024, bug 1914067); the root's, which
   * people renew, has less than 60 days left.
   */
  readonly state: "fresh" | "aging" | "expired" | "missing";
}

/** How every CRL stands, partition by partition, for the desk, `/health` and warnings. */
export async function crlHealth(on: Reader, now: Temporal.Instant): Promise<CrlHealth[]> {
  const { issuers: i } = authorityTables(on.columns);
  const issuers = await on
    .select({ role: i.role, crlPartitionsEver: i.crlPartitionsEver })
    .from(i)
    .orderBy(asc(i.id));
  const health: CrlHealth[] = [];
  for (const role of ISSUER_ROLES) {
    const issuer = issuers.find((each) => each.role === role);
    for (const partition of partitionsOf(issuer ?? { crlPartitionsEver: 0 })) {
      const crl = await newestCrl(on, role, partition);
      const state = crl ? stateOf(role, crl, now) : "missing";
      health.push({ role, partition, crl, nextUpdate: crl?.nextUpdate ?? null, state });
    }
  }
  return health;
}

function stateOf(role: IssuerRole, crl: CrlRecord, now: Temporal.Instant): CrlHealth["state"] {
  const { compare } = Temporal.Instant;
  if (compare(now, crl.nextUpdate) >= 0) return "expired";
  if (role === "CUSTOMER_ROOT") return compare(now.add(ROOT_WARNED), crl.nextUpdate) > 0 ? "aging" : "fresh";
  return compare(now, crl.thisUpdate.add(EVERY).add(LATE_BY)) >= 0 ? "aging" : "fresh";
}
