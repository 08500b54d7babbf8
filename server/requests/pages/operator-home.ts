import { and, asc, count, desc, eq, gte, lt, ne, notExists } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { authorityTables } from "../../authority/index.ts";
import { type Contract, contractInForce } from "../../contracts/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { dayInJapan } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import { type CommitmentForecast, forecastCommitment } from "../commitment-forecast.ts";
import type { IssueFailure, RequestState } from "../request.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";
import { type CalendarMonth, expiryCalendar, startOf } from "./expiry-calendar.ts";
import { type Activity, latestActivity } from "./latest-activity.ts";
import { listRequests, type RequestRow } from "./list-requests.ts";

/** A certificate is called for renewal this long before it ends, and a failure stays in sight this long. */
const RENEWAL_DAYS = 30;
const FAILURE_DAYS = 14;
const CONTRACT_DAYS = 60;
const SHOWN = 5;
const TILES = ["PENDING_APPROVAL", "APPROVED", "ISSUING", "ISSUE_FAILED", "ISSUED"] as const;

interface ExpiringCertificate {
  readonly id: Id;
  readonly commonName: string;
  readonly place: string | null;
  readonly notAfter: Temporal.Instant;
}

interface FailedRequest {
  readonly id: Id;
  readonly receiptNumber: string;
  readonly commonName: string;
  readonly failure: IssueFailure | null;
}

export interface OperatorHome {
  readonly today: Temporal.PlainDate;
  readonly pending: { readonly total: number; readonly oldest: readonly RequestRow[] };
  readonly failed: readonly FailedRequest[];
  readonly expiring: readonly ExpiringCertificate[];
  /** Nothing above, and a contract with some time to go. */
  readonly quiet: boolean;
  readonly contractEndsSoon: boolean;
  readonly tiles: readonly { readonly state: RequestState; readonly count: number }[];
  readonly activeCertificates: number;
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
    { state: "PENDING_APPROVAL", search: "" },
    { size: SHOWN, after: null, before: null, oldestFirst: true },
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
  const expiring = await expiringUnrenewed(on, tenant, now);
  const waits = waiting.total + failed.length + expiring.length;
  return {
    today,
    pending: { total: waiting.total, oldest: waiting.rows },
    failed: failed.map(named),
    expiring: expiring.map(named),
    quiet: waits === 0 && contract !== null && !contractEndsSoon,
    contractEndsSoon,
    tiles: TILES.map((state) => ({ state, count: waiting.counts[state] })),
    activeCertificates: await countActive(on, tenant, now),
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
  const [row] = await on
    .select({ count: count() })
    .from(r)
    .where(and(eq(r.subscriberId, tenant), eq(r.state, "PENDING_APPROVAL")));
  return row?.count ?? 0;
}

async function commitmentOf(on: Reader, tenant: Tenant, contract: Contract, now: Temporal.Instant) {
  const used = await countUsed(on, tenant, contract);
  const planned = await countEndings(on, tenant, now, contract);
  return forecastCommitment(contract, { used, planned }, dayInJapan(now));
}

/** Live certificates that end soon and that nobody has asked to renew. */
async function expiringUnrenewed(on: Reader, tenant: Tenant, now: Temporal.Instant) {
  const { certificateRequests: r } = requestTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const renewal = alias(r, "renewal");
  return on
    .select({ id: c.id, commonName: r.commonName, place: r.place, notAfter: c.notAfter })
    .from(c)
    .innerJoin(r, eq(r.certificateId, c.id))
    .where(
      and(
        eq(r.subscriberId, tenant),
        eq(c.state, "ACTIVE"),
        gte(c.notAfter, now),
        lt(c.notAfter, now.add({ hours: 24 * RENEWAL_DAYS })),
        notExists(
          on
            .select({ id: renewal.id })
            .from(renewal)
            .where(
              and(
                eq(renewal.replacesCertificateId, c.id),
                ne(renewal.state, "REJECTED"),
                ne(renewal.state, "CANCELLED"),
                ne(renewal.state, "ISSUE_FAILED"),
              ),
            ),
        ),
      ),
    )
    .orderBy(asc(c.notAfter))
    .limit(SHOWN);
}

async function countActive(on: Reader, tenant: Tenant, now: Temporal.Instant): Promise<number> {
  const { certificateRequests: r } = requestTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const [row] = await on
    .select({ count: count() })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(and(eq(r.subscriberId, tenant), eq(c.state, "ACTIVE"), gte(c.notAfter, now)));
  return row?.count ?? 0;
}

/**
 * Certificates issued in a contract's year. Each has exactly one metering event, written with it (issuance), at the
 * same instant; the request's own column is that instant on this side of the wall.
 */
async function countUsed(on: Reader, tenant: Tenant, contract: Contract): Promise<number> {
  const { certificateRequests: r } = requestTables(on.columns);
  const [row] = await on
    .select({ count: count() })
    .from(r)
    .where(
      and(
        eq(r.subscriberId, tenant),
        gte(r.issuedAt, startOf(contract.startsOn)),
        lt(r.issuedAt, startOf(contract.endsOn.add({ days: 1 }))),
      ),
    );
  return row?.count ?? 0;
}

/** Certificates that end before the contract does, and so will be renewed in it if they are still needed. */
async function countEndings(on: Reader, tenant: Tenant, now: Temporal.Instant, contract: Contract) {
  const { certificateRequests: r } = requestTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const [row] = await on
    .select({ count: count() })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(
      and(
        eq(r.subscriberId, tenant),
        eq(c.state, "ACTIVE"),
        gte(c.notAfter, now),
        lt(c.notAfter, startOf(contract.endsOn.add({ days: 1 }))),
      ),
    );
  return row?.count ?? 0;
}
