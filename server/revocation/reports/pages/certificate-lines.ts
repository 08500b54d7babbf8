import { desc, eq, type SQL } from "drizzle-orm";
import { authorityTables } from "../../../authority/index.ts";
import type { Reader } from "../../../db/index.ts";
import type { Id } from "../../../kernel/ids.ts";
import { organizationTables } from "../../../organizations/tables.ts";
import type { ProfileName } from "../../../pki/index.ts";
import { displayName } from "../../../requests/index.ts";
import { planColumns, revocationTables } from "../../tables.ts";
import { isRevocable, maySubscriberCallOff } from "../report.ts";

/** How a certificate stands on the desk: revoked, past its end, about to be revoked, or none of it. */
export type DeskStanding = "REVOKED" | "EXPIRED" | "PLANNED" | "REPLACED" | "ACTIVE";

/** A certificate as a report, or the page of a key, lists it. */
export interface ReportedCertificate {
  readonly id: Id;
  readonly serial: string;
  readonly profile: ProfileName;
  readonly subscriberId: Id | null;
  readonly subscriberName: string | null;
  readonly commonName: string;
  readonly notAfter: Temporal.Instant;
  readonly standing: DeskStanding;
  readonly revokedAt: Temporal.Instant | null;
  readonly spkiSha256: string;
  /** When a planned revocation will be carried out. */
  readonly plannedAt: Temporal.Instant | null;
  /** It rests on the word of a subscriber, who may call it off again. */
  readonly subscriberMayCallOff: boolean;
}

/** As many as a page lists. */
export const MOST_LINES = 500;

/** Certificates with what the desk wants to know of them, the newest first. */
export async function certificateLines(
  on: Reader,
  where: SQL,
  now: Temporal.Instant,
): Promise<ReportedCertificate[]> {
  const { certificates: c, compromisedKeys: k } = authorityTables(on.columns);
  const { subscribers: s } = organizationTables(on.columns);
  const { revocationOrders: o } = revocationTables(on.columns);
  const rows = await on
    .select({
      id: c.id,
      serial: c.serial,
      profile: c.profile,
      subscriberId: c.subscriberId,
      subscriberName: s.name,
      commonName: c.commonName,
      notAfter: c.notAfter,
      state: c.state,
      revokedAt: c.revokedAt,
      spkiSha256: c.spkiSha256,
      plan: planColumns(o),
      declaredIn: k.declaredIn,
    })
    .from(c)
    .leftJoin(s, eq(s.id, c.subscriberId))
    .leftJoin(o, eq(o.openFor, c.id))
    .leftJoin(k, eq(k.spkiSha256, c.spkiSha256))
    .where(where)
    .orderBy(desc(c.id))
    .limit(MOST_LINES);
  return rows.map(({ state, plan, declaredIn, ...row }) => {
    const plannedAt = plan?.executeAt ?? null;
    return {
      ...row,
      commonName: displayName(row.commonName),
      plannedAt,
      subscriberMayCallOff: plan !== null && maySubscriberCallOff(plan, declaredIn, now),
      standing: standingOf({ ...row, plannedAt, state }, now),
    };
  });
}

type Standing = Pick<ReportedCertificate, "notAfter" | "revokedAt" | "plannedAt"> & {
  readonly state: string;
};

function standingOf(row: Standing, now: Temporal.Instant): DeskStanding {
  if (row.revokedAt !== null) return "REVOKED";
  if (!isRevocable(row, now)) return "EXPIRED";
  if (row.plannedAt !== null) return "PLANNED";
  return row.state === "REPLACED" ? "REPLACED" : "ACTIVE";
}
