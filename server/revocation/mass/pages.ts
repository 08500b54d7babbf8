import { desc, eq } from "drizzle-orm";
import {
  type Count,
  countUpTo,
  type Page,
  type Place,
  pageOf,
  placeOf,
  type Reader,
} from "../../db/index.ts";
import { jobTables } from "../../jobs/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { MASS_REVOCATION_JOB, planOf, type ReplacementPlan } from "./mass-revocation.ts";
import { type MassCounts, type SubscriberShare, sharesOf, totalsOf } from "./shares.ts";
import type { StoredMass } from "./store.ts";
import { massRevocationTables } from "./tables.ts";

/** Everything the desk's page of a case needs. */
export interface MassDetail {
  readonly mass: StoredMass;
  readonly plan: ReplacementPlan;
  readonly totals: MassCounts;
  readonly shares: readonly SubscriberShare[];
  readonly progress: { readonly done: number; readonly total: number; readonly failed: boolean } | null;
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

/** The list of cases. */
export interface MassList extends Page<MassLine> {
  readonly place: Place;
  readonly total: Count;
}

/** The cases, the newest first. */
export async function listMass(on: Reader, place: Place): Promise<MassList> {
  const { massRevocations: m } = massRevocationTables(on.columns);
  const { id, name, ground, drill, state, size, dueAt, executeAt, createdAt, revokedAt } = m;
  const { where, order, limit } = placeOf(id, place);
  const rows = await on
    .select({ id, name, ground, drill, state, size, dueAt, executeAt, createdAt, revokedAt })
    .from(m)
    .where(where)
    .orderBy(order)
    .limit(limit);
  return { ...pageOf(rows, place), place, total: await countUpTo(on, m, undefined) };
}
