import { and, asc, count, desc, eq, gt, gte, inArray, isNull, lte, ne } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import { type Contract, contractInForce } from "../../contracts/index.ts";
import type { Reader } from "../../db/index.ts";
import { domainTables } from "../../domains/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { dayInJapan, JAPAN } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import { type CommitmentForecast, forecastCommitment } from "../commitment-forecast.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";
import { type Activity, latestActivity } from "./latest-activity.ts";
import { EXPIRING_WITHIN } from "../search/certificate-filters.ts";

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

/** Certificates that end on one day, in Japan. */
interface ExpiryDay {
  readonly day: Temporal.PlainDate;
  readonly certificates: readonly { readonly id: Id; readonly commonName: string }[];
}
interface ExpiryMonth {
  readonly month: Temporal.PlainYearMonth;
  readonly count: number;
  readonly days: readonly ExpiryDay[];
}

interface Commitment extends CommitmentForecast {
  readonly startsOn: Temporal.PlainDate;
  readonly endsOn: Temporal.PlainDate;
  readonly inProgress: number;
}

export interface ApplicantHome {
  readonly attention: readonly Attention[];
  readonly pipeline: {
    readonly PENDING_APPROVAL: number;
    readonly IN_PROGRESS: number;
    readonly ISSUE_FAILED: number;
    readonly ACTIVE: number;
  };
  readonly calendar: readonly ExpiryMonth[];
  readonly commitment: Commitment | null;
  readonly activity: readonly Activity[];
  readonly isNew: boolean;
}

const LATELY = Temporal.Duration.from({ hours: 24 * 14 });
const CONTRACT_WARNING_DAYS = 60;
const AT_MOST = 20;

/** What the applicant site opens with: what waits, where requests stand, what expires, how much is used. */
export async function applicantHome(
  on: Reader,
  tenant: Tenant,
  now: Temporal.Instant,
): Promise<ApplicantHome> {
  const { certificateRequests: r } = requestTables(on.columns);
  const counted = await on
    .select({ state: r.state, count: count() })
    .from(r)
    .where(eq(r.subscriberId, tenant))
    .groupBy(r.state);
  const countOf = (...states: string[]) =>
    counted.filter(({ state }) => states.includes(state)).reduce((sum, one) => sum + one.count, 0);
  const alive = await aliveCertificates(on, tenant, now);
  const contract = await contractInForce(on, tenant, dayInJapan(now));
  const inProgress = countOf("PENDING_APPROVAL", "APPROVED", "ISSUING");
  return {
    attention: [
      ...contractAttention(contract, now),
      ...(await requestAttention(on, tenant, now)),
      ...expiringAttention(alive, now),
      ...(await domainAttention(on, tenant)),
    ],
    pipeline: {
      PENDING_APPROVAL: countOf("PENDING_APPROVAL"),
      IN_PROGRESS: countOf("APPROVED", "ISSUING"),
      ISSUE_FAILED: countOf("ISSUE_FAILED"),
      ACTIVE: alive.length,
    },
    calendar: calendarOf(alive),
    commitment: contract === null ? null : await commitmentOf(on, tenant, contract, inProgress, now),
    activity: await latestActivity(on, tenant),
    isNew: counted.length === 0,
  };
}

interface Alive {
  readonly id: Id;
  readonly commonName: string;
  readonly notAfter: Temporal.Instant;
  /** Nothing newer for the same common name is alive or on its way. */
  readonly last: boolean;
}

async function aliveCertificates(on: Reader, tenant: Tenant, now: Temporal.Instant): Promise<Alive[]> {
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const rows = await on
    .select({ id: c.id, commonName: r.commonName, notAfter: c.notAfter })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(and(eq(r.subscriberId, tenant), eq(c.state, "ACTIVE"), gt(c.notAfter, now)))
    .orderBy(asc(c.notAfter));
  const underway = await on
    .select({ commonName: r.commonName })
    .from(r)
    .where(and(eq(r.subscriberId, tenant), inArray(r.state, ["PENDING_APPROVAL", "APPROVED", "ISSUING"])));
  const onTheirWay = new Set(underway.map(({ commonName }) => commonName));
  const latest = new Map(rows.map((row) => [row.commonName, row.id]));
  return rows.map((row) => ({
    ...row,
    last: latest.get(row.commonName) === row.id && !onTheirWay.has(row.commonName),
  }));
}

function contractAttention(contract: Contract | null, now: Temporal.Instant): Attention[] {
  if (contract === null) return [{ kind: "contract" }];
  const days = dayInJapan(now).until(contract.endsOn).days;
  return days <= CONTRACT_WARNING_DAYS ? [{ kind: "contractEnds", days }] : [];
}

async function requestAttention(on: Reader, tenant: Tenant, now: Temporal.Instant): Promise<Attention[]> {
  const { certificateRequests: r } = requestTables(on.columns);
  const fetched = await on
    .select({ id: r.certificateId, commonName: r.commonName, at: r.issuedAt })
    .from(r)
    .where(and(eq(r.subscriberId, tenant), eq(r.state, "ISSUED"), isNull(r.firstDownloadedAt)))
    .orderBy(desc(r.id))
    .limit(AT_MOST);
  const ended = await on
    .select({ id: r.id, state: r.state, commonName: r.commonName, decidedAt: r.decidedAt, at: r.submittedAt })
    .from(r)
    .where(
      and(
        eq(r.subscriberId, tenant),
        inArray(r.state, ["ISSUE_FAILED", "REJECTED"]),
        gte(r.decidedAt, now.subtract(LATELY)),
      ),
    )
    .orderBy(desc(r.id))
    .limit(AT_MOST);
  return [
    ...ended.map((row) => ({
      kind: row.state === "REJECTED" ? ("rejected" as const) : ("failed" as const),
      id: row.id,
      commonName: displayName(row.commonName),
      at: row.decidedAt ?? row.at,
    })),
    ...fetched.flatMap(({ id, commonName, at }) =>
      id === null || at === null
        ? []
        : [{ kind: "download" as const, id, commonName: displayName(commonName), at }],
    ),
  ];
}

function expiringAttention(alive: readonly Alive[], now: Temporal.Instant): Attention[] {
  const soon = now.add(EXPIRING_WITHIN);
  return alive
    .filter(({ last, notAfter }) => last && Temporal.Instant.compare(notAfter, soon) <= 0)
    .slice(0, AT_MOST)
    .map(({ id, commonName, notAfter }) => ({
      kind: "expiring" as const,
      id,
      commonName: displayName(commonName),
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

function calendarOf(alive: readonly Alive[]): ExpiryMonth[] {
  const dayOf = ({ notAfter }: Alive) => dayInJapan(notAfter);
  const byMonth = Map.groupBy(alive, (one) => dayOf(one).toPlainYearMonth().toString());
  return [...byMonth].map(([month, certificates]) => ({
    month: Temporal.PlainYearMonth.from(month),
    count: certificates.length,
    days: [...Map.groupBy(certificates, (one) => dayOf(one).toString())].map(([day, those]) => ({
      day: Temporal.PlainDate.from(day),
      certificates: those.map(({ id, commonName }) => ({ id, commonName: displayName(commonName) })),
    })),
  }));
}

async function commitmentOf(
  on: Reader,
  tenant: Tenant,
  contract: Contract,
  inProgress: number,
  now: Temporal.Instant,
): Promise<Commitment> {
  const { certificateRequests: r } = requestTables(on.columns);
  const from = contract.startsOn.toZonedDateTime(JAPAN).toInstant();
  const until = contract.endsOn.add({ days: 1 }).toZonedDateTime(JAPAN).toInstant();
  const [row] = await on
    .select({ used: count() })
    .from(r)
    .where(
      and(
        eq(r.subscriberId, tenant),
        eq(r.state, "ISSUED"),
        // A reissue gives again what was counted before.
        ne(r.kind, "REISSUE"),
        gte(r.issuedAt, from),
        lte(r.issuedAt, until),
      ),
    );
  const counted = { used: row?.used ?? 0, planned: inProgress };
  const { startsOn, endsOn } = contract;
  return { ...forecastCommitment(contract, counted, dayInJapan(now)), startsOn, endsOn, inProgress };
}
