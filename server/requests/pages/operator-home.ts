import { and, desc, eq, gte } from "drizzle-orm";
import { type Contract, contractInForce } from "../../contracts/index.ts";
import { type Count, countUpTo, type Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { dayInJapan } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import { type CommitmentForecast, forecastCommitment } from "../commitment-forecast.ts";
import type { IssueFailure, RequestState } from "../request.ts";
import { startOf } from "../search/certificate-filters.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";
import { type CalendarMonth, expiryCalendar } from "./expiry-calendar.ts";
import { type Activity, latestActivity } from "./latest-activity.ts";
import { listRequests, type RequestRow } from "./list-requests.ts";
import { countEndingBefore, countIssued, countLive, endingUnrenewed } from "./live-certificates.ts";

/** A certificate is called for renewal this long before it ends, and a failure stays in sight this long. */
const RENEWAL_DAYS = 30;
const FAILURE_DAYS = 14;
const CONTRACT_DAYS = 60;
const SHOWN = 5;
const TILES = ["PENDING_APPROVAL", "APPROVED", "ISSUING", "ISSUE_FAILED", "ISSUED"] as const;

interface FailedRequest {
  readonly id: Id;
  readonly receiptNumber: string;
  readonly commonName: string;
  readonly failure: IssueFailure | null;
}

export interface OperatorHome {
  readonly today: Temporal.PlainDate;
  readonly pending: { readonly total: Count; readonly oldest: readonly RequestRow[] };
  readonly failed: readonly FailedRequest[];
  readonly expiring: Awaited<ReturnType<typeof endingUnrenewed>>;
  /** Nothing above, and a contract with some time to go. */
  readonly quiet: boolean;
  readonly contractEndsSoon: boolean;
  readonly tiles: readonly { readonly state: RequestState; readonly count: Count }[];
  readonly activeCertificates: Count;
  readonly calendar: readonly CalendarMonth[];
  readonly contract: Contract | null;
  readonly commitment: CommitmentForecast | null;
  /** Certificates that the forecast is above the commitment; 0 where it is not. */
  readonly overCommitment: number;
  readonly activity: readonly Activity[];
}

/** What the operator site opens with: what needs somebody first, then how everything stands. */
export async function operatorHome(on: Reader, tenant: Tenant, now: Temporal.Instant): Promise<OperatorHome> {
  const { certificateRequests: r } = requestTables(on.columns);
  const today = dayInJapan(now);
  const waiting = await listRequests(
    on,
    tenant,
    { state: "PENDING_APPROVAL", search: "", oldestFirst: true },
    { size: SHOWN, after: null, before: null },
  );
  const failed = await on
    .select({ id: r.id, receiptNumber: r.receiptNumber, commonName: r.commonName, failure: r.failure })
    .from(r)
    .where(
      and(
        eq(r.subscriberId, tenant),
        eq(r.state, "ISSUE_FAILED"),
        gte(r.decidedAt, now.subtract({ hours: 24 * FAILURE_DAYS })),
      ),
    )
    .orderBy(desc(r.id))
    .limit(SHOWN);
  const contract = await contractInForce(on, tenant, today);
  const commitment = contract && (await commitmentOf(on, tenant, contract, now));
  const contractEndsSoon = commitment !== null && commitment.daysLeft < CONTRACT_DAYS;
  const soon = now.add({ hours: 24 * RENEWAL_DAYS });
  const expiring = await endingUnrenewed(on, tenant, now, soon, SHOWN);
  const waits = waiting.total.count + failed.length + expiring.length;
  return {
    today,
    pending: { total: waiting.total, oldest: waiting.rows },
    failed: failed.map(named),
    expiring,
    quiet: waits === 0 && contract !== null && !contractEndsSoon,
    contractEndsSoon,
    tiles: TILES.map((state) => ({ state, count: waiting.counts[state] })),
    activeCertificates: await countLive(on, tenant, now),
    calendar: await expiryCalendar(on, tenant, today),
    contract,
    commitment,
    overCommitment: commitment === null ? 0 : Math.max(commitment.forecast - commitment.planned, 0),
    activity: (await latestActivity(on, tenant)).map(named),
  };
}

const named = <Row extends { readonly commonName: string }>(row: Row): Row => ({
  ...row,
  commonName: displayName(row.commonName),
});

/** How many requests wait for an operator: the number beside the navigation. */
export async function countPending(on: Reader, tenant: Tenant): Promise<number> {
  const { certificateRequests: r } = requestTables(on.columns);
  const pending = and(eq(r.subscriberId, tenant), eq(r.state, "PENDING_APPROVAL"));
  return (await countUpTo(on, r, pending)).count;
}

async function commitmentOf(on: Reader, tenant: Tenant, contract: Contract, now: Temporal.Instant) {
  const from = startOf(contract.startsOn);
  const until = startOf(contract.endsOn.add({ days: 1 }));
  const used = await countIssued(on, tenant, from, until);
  const planned = await countEndingBefore(on, tenant, now, until);
  return forecastCommitment(contract, { used, planned }, dayInJapan(now));
}
