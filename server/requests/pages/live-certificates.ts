import { and, asc, desc, eq, gt, gte, inArray, lt, lte, max, ne } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import { aside, type Count, countUpTo, type Reader, type Track } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

/** Certificates that a front page looks at to find those that nobody renews, the first to end first. */
const REACH = 300;
const AT_ONCE = 100;
/** Requests on their way that a front page looks at. */
const WAITING = 1_000;
/** A contract's year is counted to the end: its commitment is a number to be billed by. */
const YEAR = 1_000_000;

function liveTrack(on: Reader, tenant: Tenant, now: Temporal.Instant, until?: Temporal.Instant): Track {
  const { certificates: c } = authorityTables(on.columns);
  return {
    from: c,
    where: and(
      eq(c.subscriberId, tenant),
      gt(c.notAfter, now),
      until === undefined ? undefined : lte(c.notAfter, until),
    ),
    key: [{ column: c.notAfter, number: true }, { column: c.id }],
    direction: "rising",
  };
}

function live(on: Reader) {
  const { certificates: c } = authorityTables(on.columns);
  return and(eq(c.state, "ACTIVE"), inArray(c.profile, ["SERVER_OV", "SERVER_EV"]));
}

/** How many server certificates are alive, up to the limit of lists. */
export function countLive(on: Reader, tenant: Tenant, now: Temporal.Instant): Promise<Count> {
  const track = liveTrack(on, tenant, now);
  return countUpTo(on, track.from, and(track.where, live(on)));
}

/** Those that end before an instant, and so will be renewed before it if they are still needed. */
export async function countEndingBefore(
  on: Reader,
  tenant: Tenant,
  now: Temporal.Instant,
  before: Temporal.Instant,
): Promise<number> {
  const track = liveTrack(on, tenant, now, before);
  return (await countUpTo(on, track.from, and(track.where, live(on)), YEAR)).count;
}

/**
 * Certificates issued from `from` on and before `until`. Each has exactly one metering event, written with it
 * (issuance), at the same instant; the request's own column is that instant on this side of the wall.
 */
export async function countIssued(
  on: Reader,
  tenant: Tenant,
  from: Temporal.Instant,
  until: Temporal.Instant,
): Promise<number> {
  const { certificateRequests: r } = requestTables(on.columns);
  // A reissue gives again what was counted before.
  const issued = and(
    eq(r.subscriberId, tenant),
    gte(r.issuedAt, from),
    lt(r.issuedAt, until),
    ne(r.kind, "REISSUE"),
  );
  return (await countUpTo(on, r, issued, YEAR)).count;
}

interface EndingCertificate {
  readonly id: Id;
  readonly commonName: string;
  readonly place: string | null;
  readonly notAfter: Temporal.Instant;
}

const UNDER_WAY = ["PENDING_APPROVAL", "APPROVED", "ISSUING"] as const;

/**
 * Live certificates that end by `until` and that nobody renews: the newest for the same name is not alive after it,
 * and no request for that name, or in place of this one, is on its way. The first to end first.
 */
export async function endingUnrenewed(
  on: Reader,
  tenant: Tenant,
  now: Temporal.Instant,
  until: Temporal.Instant,
  limit: number,
): Promise<EndingCertificate[]> {
  const { certificates: c } = authorityTables(on.columns);
  const candidates = await on
    .select({ id: c.id, commonName: c.commonName, notAfter: c.notAfter })
    .from(c)
    .where(and(liveTrack(on, tenant, now, until).where, live(on)))
    .orderBy(asc(c.notAfter), asc(c.id))
    .limit(REACH);
  if (candidates.length === 0) return [];
  const waiting = await namesOnTheirWay(on, tenant);
  const rows: typeof candidates = [];
  for (let at = 0; at < candidates.length && rows.length < limit; at += AT_ONCE) {
    const some = candidates.slice(at, at + AT_ONCE).filter(({ commonName }) => !waiting.has(commonName));
    const [newest, replaced] = [await newestOf(on, tenant, some), await beingReplaced(on, some)];
    rows.push(
      ...some.filter(({ id, commonName, notAfter }) => {
        const end = newest.get(commonName);
        const renewed = end !== undefined && Temporal.Instant.compare(end, notAfter) > 0;
        return !renewed && !replaced.has(id);
      }),
    );
  }
  const shown = rows.slice(0, limit);
  const places = await placesOf(
    on,
    shown.map(({ id }) => id),
  );
  return shown.map((row) => ({
    ...row,
    commonName: displayName(row.commonName),
    place: places.get(row.id) ?? null,
  }));
}

async function namesOnTheirWay(on: Reader, tenant: Tenant): Promise<ReadonlySet<string>> {
  const { certificateRequests: r } = requestTables(on.columns);
  const names = new Set<string>();
  for (const state of UNDER_WAY) {
    const rows = await on
      .select({ commonName: r.commonName })
      .from(r)
      .where(and(eq(r.subscriberId, tenant), eq(r.state, state)))
      .orderBy(desc(r.id))
      .limit(WAITING);
    for (const { commonName } of rows) names.add(commonName);
  }
  return names;
}

type Ending = { readonly id: Id; readonly commonName: string };

/** Until when the newest certificate of each name lives; names whose newest is alive no more are left out. */
async function newestOf(
  on: Reader,
  tenant: Tenant,
  some: readonly Ending[],
): Promise<ReadonlyMap<string, Temporal.Instant>> {
  if (some.length === 0) return new Map();
  const { certificates: c, certificateNames: n } = authorityTables(on.columns);
  const names = [...new Set(some.map(({ commonName }) => commonName))];
  const newest = await on
    .select({ id: max(n.certificateId) })
    .from(n)
    .where(and(eq(n.subscriberId, tenant), inArray(n.name, names)))
    .groupBy(n.name);
  const ids = newest.map(({ id }) => id).filter((id) => id !== null);
  const rows = await on
    .select({ commonName: c.commonName, notAfter: c.notAfter })
    .from(c)
    .where(and(inArray(c.id, ids), eq(aside(c.state), "ACTIVE")));
  return new Map(rows.map(({ commonName, notAfter }) => [commonName, notAfter]));
}

/** Those in whose place, or after which, another was asked for and is on its way or there. */
async function beingReplaced(on: Reader, some: readonly Ending[]): Promise<ReadonlySet<Id | null>> {
  if (some.length === 0) return new Set();
  const { certificateRequests: r } = requestTables(on.columns);
  const rows = await on
    .select({ id: r.replacesCertificateId })
    .from(r)
    .where(
      and(
        inArray(
          r.replacesCertificateId,
          some.map(({ id }) => id),
        ),
        inArray(aside(r.state), [...UNDER_WAY, "ISSUED"]),
      ),
    );
  return new Set(rows.map(({ id }) => id));
}

async function placesOf(on: Reader, ids: readonly Id[]): Promise<ReadonlyMap<Id | null, string | null>> {
  if (ids.length === 0) return new Map();
  const { certificateRequests: r } = requestTables(on.columns);
  const rows = await on
    .select({ id: r.certificateId, place: r.place })
    .from(r)
    .where(inArray(r.certificateId, [...ids]));
  return new Map(rows.map(({ id, place }) => [id, place]));
}
