import { and, count, desc, eq, gte } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { organizationTables } from "../organizations/tables.ts";
import type { IssueFailure } from "../requests/index.ts";
import { requestTables } from "../requests/tables.ts";

/** An approved request of which no certificate came. */
export interface FailedIssuance {
  readonly id: Id;
  readonly receiptNumber: string;
  readonly commonName: string;
  readonly subscriberId: Id;
  readonly subscriberName: string;
  readonly failure: IssueFailure | null;
  readonly decidedAt: Temporal.Instant | null;
}

/** Of all subscribers, for the desk: issuances since `since` that failed, the newest first, and how many in all. */
export async function failedIssuances(
  on: Reader,
  since: Temporal.Instant,
  limit: number,
): Promise<{ readonly total: number; readonly latest: readonly FailedIssuance[] }> {
  const { certificateRequests: r } = requestTables(on.columns);
  const { subscribers: s } = organizationTables(on.columns);
  const failed = and(eq(r.state, "ISSUE_FAILED"), gte(r.decidedAt, since));
  const [counted] = await on.select({ count: count() }).from(r).where(failed);
  const latest = await on
    .select({
      id: r.id,
      receiptNumber: r.receiptNumber,
      commonName: r.commonName,
      subscriberId: r.subscriberId,
      subscriberName: s.name,
      failure: r.failure,
      decidedAt: r.decidedAt,
    })
    .from(r)
    .innerJoin(s, eq(s.id, r.subscriberId))
    .where(failed)
    .orderBy(desc(r.id))
    .limit(limit);
  return { total: counted?.count ?? 0, latest };
}
