import { and, asc, eq, gt, gte, inArray, lt, lte, notExists, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { authorityTables } from "../../authority/index.ts";
import { type Count, countUpTo, type Reader, stepFrom, type Track } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

/** Certificates that a front page looks at to find those that nobody renews; the first to end first. */
const REACH = 1_000;
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
  const issued = and(eq(r.subscriberId, tenant), gte(r.issuedAt, from), lt(r.issuedAt, until));
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
 * Live certificates that end by `until` and that nobody renews: nothing newer for the same common name is alive, and
 * no request for it, or in place of this one, is on its way. The first to end first.
 */
export async function endingUnrenewed(
  on: Reader,
  tenant: Tenant,
  now: Temporal.Instant,
  until: Temporal.Instant,
  limit: number,
): Promise<EndingCertificate[]> {
  const { certificates: c, certificateNames: n } = authorityTables(on.columns);
  const { certificateRequests: r, requestNames: rn } = requestTables(on.columns);
  const [newer, renewal, waiting] = [alias(c, "newer"), alias(r, "renewal"), alias(r, "waiting")];
  const step = await stepFrom(
    on,
    liveTrack(on, tenant, now, until),
    { size: limit, after: null, before: null },
    REACH,
  );
  const rows = await on
    .select({ id: c.id, commonName: c.commonName, notAfter: c.notAfter })
    .from(c)
    .where(
      and(
        step.where,
        live(on),
        notExists(
          on
            .select({ one: sql`1` })
            .from(n)
            .innerJoin(newer, eq(newer.id, n.certificateId))
            .where(
              and(
                eq(n.subscriberId, tenant),
                eq(n.name, c.commonName),
                eq(newer.commonName, c.commonName),
                eq(newer.state, "ACTIVE"),
                gt(newer.notAfter, c.notAfter),
              ),
            ),
        ),
        notExists(
          on
            .select({ one: sql`1` })
            .from(rn)
            .innerJoin(waiting, eq(waiting.id, rn.requestId))
            .where(
              and(
                eq(rn.subscriberId, tenant),
                eq(rn.name, c.commonName),
                eq(waiting.commonName, rn.name),
                inArray(waiting.state, [...UNDER_WAY]),
              ),
            ),
        ),
        notExists(
          on
            .select({ one: sql`1` })
            .from(renewal)
            .where(
              and(eq(renewal.replacesCertificateId, c.id), inArray(renewal.state, [...UNDER_WAY, "ISSUED"])),
            ),
        ),
      ),
    )
    .orderBy(asc(c.notAfter), asc(c.id))
    .limit(limit);
  const places = await placesOf(
    on,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    ...row,
    commonName: displayName(row.commonName),
    place: places.get(row.id) ?? null,
  }));
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
