import { and, asc, desc, eq, gte, inArray, isNull, type SQL } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import { type Contract, contractInForce } from "../../contracts/index.ts";
import { aside, type Count, countUpTo, type Reader, stepFrom, type Track } from "../../db/index.ts";
import { domainTables } from "../../domains/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { dayInJapan } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import { type CommitmentForecast, forecastCommitment } from "../commitment-forecast.ts";
import type { RequestState } from "../request.ts";
import { EXPIRING_WITHIN, startOf } from "../search/certificate-filters.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";
import { type CalendarMonth, expiryCalendar } from "./expiry-calendar.ts";
import { type Activity, latestActivity } from "./latest-activity.ts";
import { countIssued, countLive, endingUnrenewed } from "./live-certificates.ts";

/** Something that waits for the applicant, with where to go. */
type Attention =
  | {
      readonly kind: "download" | "failed" | "rejected";
      readonly id: Id;
      readonly commonName: string;
      readonly at: Temporal.Instant;
    }
  | { readonly kind: "expiring"; readonly id: Id; readonly commonName: string; readonly at: Temporal.Instant }
  | { readonly kind: "domain"; readonly id: Id; readonly name: string }
  | { readonly kind: "contract" }
  | { readonly kind: "contractEnds"; readonly days: number };

interface Commitment extends CommitmentForecast {
  readonly startsOn: Temporal.PlainDate;
  readonly endsOn: Temporal.PlainDate;
  readonly inProgress: Count;
}

export interface ApplicantHome {
  readonly attention: readonly Attention[];
  readonly pipeline: {
    readonly PENDING_APPROVAL: Count;
    readonly IN_PROGRESS: Count;
    readonly ISSUE_FAILED: Count;
    readonly ACTIVE: Count;
  };
  readonly today: Temporal.PlainDate;
  readonly calendar: readonly CalendarMonth[];
  readonly commitment: Commitment | null;
  readonly activity: readonly Activity[];
  readonly isNew: boolean;
}

const LATELY = Temporal.Duration.from({ hours: 24 * 14 });
const CONTRACT_WARNING_DAYS = 60;
const AT_MOST = 20;
const REACH = 1_000;

/** What the applicant site opens with: what waits, where requests stand, what expires, how much is used. */
export async function applicantHome(
  on: Reader,
  tenant: Tenant,
  now: Temporal.Instant,
): Promise<ApplicantHome> {
  const { certificateRequests: r } = requestTables(on.columns);
  const today = dayInJapan(now);
  const countOf = (...states: RequestState[]) =>
    countUpTo(on, r, and(eq(r.subscriberId, tenant), inArray(r.state, states)));
  const contract = await contractInForce(on, tenant, today);
  const inProgress = await countOf("PENDING_APPROVAL", "APPROVED", "ISSUING");
  const [any] = await on.select({ id: r.id }).from(r).where(eq(r.subscriberId, tenant)).limit(1);
  return {
    today,
    attention: [
      ...contractAttention(contract, now),
      ...(await requestAttention(on, tenant, now)),
      ...(await expiringAttention(on, tenant, now)),
      ...(await domainAttention(on, tenant)),
    ],
    pipeline: {
      PENDING_APPROVAL: await countOf("PENDING_APPROVAL"),
      IN_PROGRESS: await countOf("APPROVED", "ISSUING"),
      ISSUE_FAILED: await countOf("ISSUE_FAILED"),
      ACTIVE: await countLive(on, tenant, now),
    },
    calendar: await expiryCalendar(on, tenant, today),
    commitment: contract === null ? null : await commitmentOf(on, tenant, contract, inProgress, now),
    activity: await latestActivity(on, tenant),
    isNew: any === undefined,
  };
}

function contractAttention(contract: Contract | null, now: Temporal.Instant): Attention[] {
  if (contract === null) return [{ kind: "contract" }];
  const days = dayInJapan(now).until(contract.endsOn).days;
  return days <= CONTRACT_WARNING_DAYS ? [{ kind: "contractEnds", days }] : [];
}

/**
 * Issued and never downloaded, failed or rejected lately: looked for among the newest thousand of each. A certificate
 * that was revoked or replaced since is nothing to fetch any more.
 */
async function requestAttention(on: Reader, tenant: Tenant, now: Temporal.Instant): Promise<Attention[]> {
  const { certificateRequests: r } = requestTables(on.columns);
  const columns = {
    id: r.id,
    certificateId: r.certificateId,
    state: r.state,
    commonName: r.commonName,
    issuedAt: r.issuedAt,
    decidedAt: r.decidedAt,
    at: r.submittedAt,
  };
  const newest = async (state: RequestState, where: SQL) => {
    const track: Track = {
      from: r,
      where: and(eq(r.subscriberId, tenant), eq(r.state, state)),
      key: [{ column: r.id }],
      direction: "falling",
    };
    const step = await stepFrom(on, track, { size: AT_MOST, after: null, before: null }, REACH);
    return on.select(columns).from(r).where(and(step.where, where)).orderBy(desc(r.id)).limit(AT_MOST);
  };
  const lately = gte(r.decidedAt, now.subtract(LATELY));
  const ended = [...(await newest("ISSUE_FAILED", lately)), ...(await newest("REJECTED", lately))];
  const unfetched = await newest("ISSUED", isNull(r.firstDownloadedAt));
  const alive = await activeOf(
    on,
    unfetched.flatMap(({ certificateId }) => certificateId ?? []),
  );
  return [
    ...ended
      .toSorted((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, AT_MOST)
      .map((row) => ({
        kind: row.state === "REJECTED" ? ("rejected" as const) : ("failed" as const),
        id: row.id,
        commonName: displayName(row.commonName),
        at: row.decidedAt ?? row.at,
      })),
    ...unfetched.flatMap(({ certificateId, commonName, issuedAt }) =>
      certificateId === null || issuedAt === null || !alive.has(certificateId)
        ? []
        : [
            {
              kind: "download" as const,
              id: certificateId,
              commonName: displayName(commonName),
              at: issuedAt,
            },
          ],
    ),
  ];
}

async function activeOf(on: Reader, ids: readonly Id[]): Promise<ReadonlySet<Id>> {
  if (ids.length === 0) return new Set();
  const { certificates: c } = authorityTables(on.columns);
  const rows = await on
    .select({ id: c.id })
    .from(c)
    .where(and(inArray(c.id, [...ids]), eq(aside(c.state), "ACTIVE")));
  return new Set(rows.map(({ id }) => id));
}

async function expiringAttention(on: Reader, tenant: Tenant, now: Temporal.Instant): Promise<Attention[]> {
  const ending = await endingUnrenewed(on, tenant, now, now.add(EXPIRING_WITHIN), AT_MOST);
  return ending.map(({ id, commonName, notAfter }) => ({
    kind: "expiring" as const,
    id,
    commonName,
    at: notAfter,
  }));
}

async function domainAttention(on: Reader, tenant: Tenant): Promise<Attention[]> {
  const { domains: d } = domainTables(on.columns);
  const rows = await on
    .select({ id: d.id, name: d.unicodeName })
    .from(d)
    .where(and(eq(d.subscriberId, tenant), inArray(d.state, ["EXPIRING", "EXPIRED"])))
    .orderBy(asc(d.name))
    .limit(AT_MOST);
  return rows.map((row) => ({ kind: "domain" as const, ...row }));
}

async function commitmentOf(
  on: Reader,
  tenant: Tenant,
  contract: Contract,
  inProgress: Count,
  now: Temporal.Instant,
): Promise<Commitment> {
  const { startsOn, endsOn } = contract;
  const used = await countIssued(on, tenant, startOf(startsOn), startOf(endsOn.add({ days: 1 })));
  const counted = { used, planned: inProgress.count };
  return { ...forecastCommitment(contract, counted, dayInJapan(now)), startsOn, endsOn, inProgress };
}
