import { and, asc, eq, inArray } from "drizzle-orm";
import type { Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import type { Ground } from "../revocation.ts";
import { planOf, type ReplacementPlan } from "./mass-revocation.ts";
import { type MassCounts, NOTHING, sharesOf } from "./shares.ts";
import type { StoredMass } from "./store.ts";
import { massRevocationTables } from "./tables.ts";

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
