import { and, asc, count, desc, eq, gt, inArray, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import { jobTables } from "../../jobs/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import { displayName, type IssueFailure, requestTables } from "../../requests/index.ts";
import type { Ground } from "../revocation.ts";
import { MASS_REVOCATION_JOB, planOf, type ReplacementPlan } from "./mass-revocation.ts";
import type { StoredMass } from "./mass-store.ts";
import { massRevocationTables } from "./tables.ts";

/** How a member's replacement stands, whoever asked for it. */
export type MemberStanding = "REPLACED" | "UNDER_WAY" | "FAILED" | "SUBSCRIBER" | "NONE" | "PENDING";

/** Counts of a set or of one subscriber's share of it. */
export interface MassCounts {
  readonly total: number;
  /** Neither revoked nor ended. */
  readonly alive: number;
  readonly revoked: number;
  readonly replaced: number;
  /** Of those replaced, by the issuing company itself. */
  readonly automatic: number;
  /** Of those replaced, fetched before the old certificate was revoked. */
  readonly downloaded: number;
  readonly underWay: number;
  readonly failed: number;
  readonly none: number;
  readonly pending: number;
  /** Waits for the subscriber, failed ones included. */
  readonly open: number;
  readonly lastRevokedAt: Temporal.Instant | null;
}

export interface SubscriberShare extends MassCounts {
  readonly subscriberId: Id;
  readonly name: string;
  readonly siteId: string;
}

/** Everything the desk's page of a case needs. */
export interface MassDetail {
  readonly mass: StoredMass;
  readonly plan: ReplacementPlan;
  readonly totals: MassCounts;
  readonly shares: readonly SubscriberShare[];
  readonly progress: { readonly done: number; readonly total: number; readonly failed: boolean } | null;
}

/** One certificate of a set. */
export interface MemberLine {
  readonly id: Id;
  readonly subscriberId: Id;
  readonly certificateId: Id;
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

/** The tables of a member with what takes its certificate's place; every page of a case joins them the same way. */
function joined(on: Reader) {
  const { massRevocationMembers: e, massRevocations: m } = massRevocationTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  /** The request whose certificate took the place: at most one is ISSUED. */
  const after = alias(r, "replacing");
  const underWay = alias(r, "under_way");
  const failed = alias(r, "failed");
  return { e, m, c, r, after, underWay, failed, newer: alias(c, "newer") };
}

function shareQuery(on: Reader, now: Temporal.Instant) {
  const t = joined(on);
  const { e, c, after, failed } = t;
  const when = (condition: ReturnType<typeof sql>) =>
    sql<number>`count(case when ${condition} then 1 end)`.mapWith(Number);
  const replaced = sql`${after.id} is not null`;
  const alive = and(inArray(c.state, ["ACTIVE", "REPLACED"]), gt(c.notAfter, now)) ?? sql`false`;
  const counts = {
    total: count(),
    alive: when(alive),
    revoked: when(sql`${c.state} = 'REVOKED'`),
    replaced: when(replaced),
    automatic: when(sql`${after.massRevocationId} = ${e.massRevocationId}`),
    downloaded: when(
      sql`${after.firstDownloadedAt} is not null and (${c.revokedAt} is null or ${after.firstDownloadedAt} <= ${c.revokedAt})`,
    ),
    failed: when(sql`${after.id} is null and ${failed.id} is not null`),
    requested: when(sql`${after.id} is null and ${failed.id} is null and ${e.replacement} = 'REQUESTED'`),
    subscriber: when(sql`${after.id} is null and ${e.replacement} = 'SUBSCRIBER'`),
    none: when(sql`${after.id} is null and ${e.replacement} = 'NONE'`),
    pending: when(sql`${after.id} is null and ${e.replacement} = 'PENDING'`),
    lastRevokedAt: sql<Temporal.Instant | null>`max(${c.revokedAt})`.mapWith(c.revokedAt),
  };
  return { ...t, counts };
}

type Counted = Omit<MassCounts, "open" | "underWay"> & {
  readonly requested: number;
  readonly subscriber: number;
};

const countsOf = ({ requested, subscriber, ...counted }: Counted): MassCounts => ({
  ...counted,
  underWay: requested,
  open: subscriber + counted.failed,
});

/** Every subscriber's share of a case, the largest first. */
async function sharesOf(
  on: Reader,
  massRevocationId: Id,
  now: Temporal.Instant,
  tenant: Tenant | null = null,
): Promise<readonly SubscriberShare[]> {
  const { e, c, after, failed, counts } = shareQuery(on, now);
  const { subscribers: s } = organizationTables(on.columns);
  const rows = await on
    .select({ subscriberId: e.subscriberId, name: s.name, siteId: s.siteId, ...counts })
    .from(e)
    .innerJoin(c, eq(c.id, e.certificateId))
    .innerJoin(s, eq(s.id, e.subscriberId))
    .leftJoin(
      after,
      and(
        eq(after.replacesCertificateId, e.certificateId),
        eq(after.kind, "REISSUE"),
        eq(after.state, "ISSUED"),
      ),
    )
    .leftJoin(
      failed,
      and(
        eq(failed.replacesCertificateId, e.certificateId),
        eq(failed.massRevocationId, e.massRevocationId),
        eq(failed.state, "ISSUE_FAILED"),
      ),
    )
    .where(
      and(eq(e.massRevocationId, massRevocationId), tenant === null ? undefined : eq(e.subscriberId, tenant)),
    )
    .groupBy(e.subscriberId, s.name, s.siteId);
  return rows
    .map(({ subscriberId, name, siteId, ...counted }) => ({
      subscriberId,
      name,
      siteId,
      ...countsOf(counted),
    }))
    .toSorted((a, b) => b.total - a.total || a.name.localeCompare(b.name, "ja"));
}

const NOTHING: MassCounts = {
  total: 0,
  alive: 0,
  revoked: 0,
  replaced: 0,
  automatic: 0,
  downloaded: 0,
  underWay: 0,
  failed: 0,
  none: 0,
  pending: 0,
  open: 0,
  lastRevokedAt: null,
};

function totalsOf(shares: readonly MassCounts[]): MassCounts {
  return shares.reduce((sum, share) => {
    const added = Object.fromEntries(
      Object.entries(share).flatMap(([key, value]) =>
        typeof value === "number" ? [[key, value + Number(sum[key as keyof MassCounts])]] : [],
      ),
    ) as unknown as MassCounts;
    const { lastRevokedAt: a } = sum;
    const { lastRevokedAt: b } = share;
    const later = a === null || (b !== null && Temporal.Instant.compare(b, a) > 0) ? b : a;
    return { ...added, lastRevokedAt: later };
  }, NOTHING);
}

/** A case with its numbers, for the desk; null: there is none. */
export async function showMass(on: Reader, id: Id, now: Temporal.Instant): Promise<MassDetail | null> {
  const { massRevocations: m } = massRevocationTables(on.columns);
  const [mass] = await on.select().from(m).where(eq(m.id, id));
  if (!mass) return null;
  const shares = await sharesOf(on, id, now);
  const progress = mass.state === "RUNNING" && mass.preparedAt === null ? await progressOf(on, id) : null;
  return { mass, plan: planOf(mass.ground), totals: totalsOf(shares), shares, progress };
}

async function progressOf(on: Reader, id: Id): Promise<MassDetail["progress"]> {
  const { jobs: j } = jobTables(on.columns);
  const jobs = await on
    .select({ payload: j.payload, done: j.done, total: j.total, state: j.state })
    .from(j)
    .where(eq(j.kind, MASS_REVOCATION_JOB))
    .orderBy(desc(j.id));
  const job = jobs.find(({ payload }) => payload["massRevocationId"] === id);
  return job ? { done: job.done, total: job.total, failed: job.state === "FAILED" } : null;
}

/** One line of the list of cases. */
export type MassLine = Pick<
  StoredMass,
  "id" | "name" | "ground" | "drill" | "state" | "size" | "dueAt" | "executeAt" | "createdAt" | "revokedAt"
>;

const LISTED = 100;

/** The cases, the newest first. */
export async function listMass(on: Reader): Promise<readonly MassLine[]> {
  const { massRevocations: m } = massRevocationTables(on.columns);
  const { id, name, ground, drill, state, size, dueAt, executeAt, createdAt, revokedAt } = m;
  return on
    .select({ id, name, ground, drill, state, size, dueAt, executeAt, createdAt, revokedAt })
    .from(m)
    .orderBy(desc(id))
    .limit(LISTED);
}

/** The members of a case with what became of each; of one subscriber where it is given. */
export async function membersOf(
  on: Reader,
  massRevocationId: Id,
  options: { readonly tenant?: Tenant; readonly after?: Id | null; readonly limit: number },
): Promise<readonly MemberLine[]> {
  const { e, c, r, after, underWay, failed, newer } = joined(on);
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
    .leftJoin(
      after,
      and(
        eq(after.replacesCertificateId, e.certificateId),
        eq(after.kind, "REISSUE"),
        eq(after.state, "ISSUED"),
      ),
    )
    .leftJoin(newer, eq(newer.id, after.certificateId))
    .leftJoin(
      underWay,
      and(
        eq(underWay.replacesCertificateId, e.certificateId),
        eq(underWay.kind, "REISSUE"),
        inArray(underWay.state, ["PENDING_APPROVAL", "APPROVED", "ISSUING"]),
      ),
    )
    .leftJoin(
      failed,
      and(
        eq(failed.replacesCertificateId, e.certificateId),
        eq(failed.massRevocationId, e.massRevocationId),
        eq(failed.state, "ISSUE_FAILED"),
      ),
    )
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

/** A case as the subscriber sees its own share of it. */
export interface OwnMass {
  readonly id: Id;
  readonly ground: Ground;
  readonly explanation: string;
  readonly plan: ReplacementPlan;
  readonly executeAt: Temporal.Instant;
  readonly over: boolean;
  readonly counts: MassCounts;
}

/** The cases under way that concern a subscriber, the most urgent first. Drills and drafts concern nobody. */
export async function ownMassRevocations(
  on: Reader,
  tenant: Tenant,
  now: Temporal.Instant,
): Promise<readonly OwnMass[]> {
  const { massRevocations: m, massRevocationSubscribers: s } = massRevocationTables(on.columns);
  const rows = await on
    .select({ mass: m })
    .from(s)
    .innerJoin(m, eq(m.id, s.massRevocationId))
    .where(and(eq(s.subscriberId, tenant), eq(m.state, "RUNNING"), eq(m.drill, false)))
    .orderBy(asc(m.executeAt));
  return Promise.all(rows.map(({ mass }) => ownShare(on, tenant, mass, now)));
}

/** One case for a subscriber that it concerns; null for everybody else, and while it has not begun. */
export async function ownMassRevocation(
  on: Reader,
  tenant: Tenant,
  id: Id,
  now: Temporal.Instant,
): Promise<OwnMass | null> {
  const { massRevocations: m, massRevocationSubscribers: s } = massRevocationTables(on.columns);
  const [row] = await on
    .select({ mass: m })
    .from(s)
    .innerJoin(m, eq(m.id, s.massRevocationId))
    .where(
      and(
        eq(m.id, id),
        eq(s.subscriberId, tenant),
        inArray(m.state, ["RUNNING", "REVOKED", "CLOSED"]),
        eq(m.drill, false),
      ),
    );
  return row ? ownShare(on, tenant, row.mass, now) : null;
}

async function ownShare(
  on: Reader,
  tenant: Tenant,
  mass: StoredMass,
  now: Temporal.Instant,
): Promise<OwnMass> {
  const [share] = await sharesOf(on, mass.id, now, tenant);
  const { id, ground, explanation, executeAt, state } = mass;
  const counts = share ?? NOTHING;
  return { id, ground, explanation, plan: planOf(ground), executeAt, over: state !== "RUNNING", counts };
}
