import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { displayName, type IssueFailure } from "../../requests/index.ts";
import { joined } from "./joins.ts";

/** How a member's replacement stands, whoever asked for it. */
export type MemberStanding = "REPLACED" | "UNDER_WAY" | "FAILED" | "SUBSCRIBER" | "NONE" | "PENDING";

/** One certificate of a set. */
export interface MemberLine {
  readonly id: Id;
  readonly subscriberId: Id;
  readonly certificateId: Id;
  /** The request that it came from. */
  readonly requestId: Id;
  readonly commonName: string;
  readonly serial: string;
  readonly notAfter: Temporal.Instant;
  readonly revokedAt: Temporal.Instant | null;
  readonly standing: MemberStanding;
  readonly problem: IssueFailure | null;
  readonly replacement: {
    readonly certificateId: Id;
    readonly serial: string;
    readonly issuedAt: Temporal.Instant | null;
    readonly firstDownloadedAt: Temporal.Instant | null;
    readonly automatic: boolean;
  } | null;
  /** A reissue that waits for approval or issuance. */
  readonly underWayId: Id | null;
}

/** The members of a case with what became of each; of one subscriber where it is given. */
export async function membersOf(
  on: Reader,
  massRevocationId: Id,
  options: { readonly tenant?: Tenant; readonly after?: Id | null; readonly limit: number },
): Promise<readonly MemberLine[]> {
  const { e, c, r, after, took, underWay, failed, gaveUp, newer } = joined(on);
  const { tenant, after: from = null, limit } = options;
  const rows = await on
    .select({
      member: e,
      commonName: r.commonName,
      certificate: { serial: c.serial, notAfter: c.notAfter, revokedAt: c.revokedAt },
      after: {
        id: after.id,
        issuedAt: after.issuedAt,
        firstDownloadedAt: after.firstDownloadedAt,
        massRevocationId: after.massRevocationId,
      },
      newer: { id: newer.id, serial: newer.serial },
      underWayId: underWay.id,
      failure: failed.failure,
    })
    .from(e)
    .innerJoin(c, eq(c.id, e.certificateId))
    .innerJoin(r, eq(r.id, e.requestId))
    .leftJoin(after, took)
    .leftJoin(newer, eq(newer.id, after.certificateId))
    .leftJoin(
      underWay,
      and(
        eq(underWay.replacesCertificateId, e.certificateId),
        eq(underWay.kind, "REISSUE"),
        inArray(underWay.state, ["PENDING_APPROVAL", "APPROVED", "ISSUING"]),
      ),
    )
    .leftJoin(failed, gaveUp)
    .where(
      and(
        eq(e.massRevocationId, massRevocationId),
        tenant === undefined ? undefined : eq(e.subscriberId, tenant),
        from === null ? undefined : gt(e.id, from),
      ),
    )
    .orderBy(asc(e.id))
    .limit(limit);
  return rows.map(({ member, commonName, certificate, newer: next, underWayId, failure, after: by }) => ({
    id: member.id,
    subscriberId: member.subscriberId,
    certificateId: member.certificateId,
    requestId: member.requestId,
    commonName: displayName(commonName),
    ...certificate,
    standing: standingOf(member, { replaced: next !== null, underWayId, failure }),
    problem: failure ?? member.problem,
    replacement:
      next && by
        ? {
            certificateId: next.id,
            serial: next.serial,
            issuedAt: by.issuedAt,
            firstDownloadedAt: by.firstDownloadedAt,
            automatic: by.massRevocationId !== null,
          }
        : null,
    underWayId,
  }));
}

function standingOf(
  member: { readonly replacement: "PENDING" | "REQUESTED" | "SUBSCRIBER" | "NONE" },
  found: {
    readonly replaced: boolean;
    readonly underWayId: Id | null;
    readonly failure: IssueFailure | null;
  },
): MemberStanding {
  if (found.replaced) return "REPLACED";
  if (found.underWayId !== null) return "UNDER_WAY";
  if (found.failure !== null) return "FAILED";
  return member.replacement === "REQUESTED" ? "UNDER_WAY" : member.replacement;
}
