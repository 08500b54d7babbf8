import { and, asc, desc, eq, gte, like, lt, type SQL } from "drizzle-orm";
import { contains, type Reader } from "../db/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { AuditTenant, Details } from "./entry.ts";
import { auditTables } from "./tables.ts";

export interface AuditFilters {
  /** `noun.verb`, or a noun alone for all of its verbs. */
  readonly action?: string | undefined;
  /** A part of the actor's name. */
  readonly actorName?: string | undefined;
  readonly actorId?: Id | undefined;
  readonly subjectKind?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly from?: Temporal.Instant | undefined;
  readonly until?: Temporal.Instant | undefined;
}

export interface AuditLine {
  readonly id: Id;
  readonly tenant: string;
  readonly sequence: number;
  readonly at: Temporal.Instant;
  readonly actorKind: Actor["kind"];
  readonly actorId: Id | null;
  readonly actorName: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly details: Details;
  readonly hash: string;
}

export interface AuditTrail {
  readonly lines: readonly AuditLine[];
  /** Give it as `before` for the next page; null on the last one. */
  readonly older: Id | null;
}

/**
 * The latest entries first, of one tenant or (null) of all: for the desk alone. Keyset pages: `before` is the id of
 * the last line seen.
 */
export async function auditTrail(
  on: Reader,
  tenant: AuditTenant | null,
  options: { before?: Id | null | undefined; limit?: number; filters?: AuditFilters } = {},
): Promise<AuditTrail> {
  const { auditEntries: e } = auditTables(on.columns);
  const { before, limit = 50, filters = {} } = options;
  const wanted: SQL[] = [];
  if (tenant !== null) wanted.push(eq(e.tenant, tenant));
  if (before) wanted.push(lt(e.id, before));
  if (filters.action) wanted.push(isAction(on, filters.action));
  const actorName = filters.actorName ? contains(e.actorName, [filters.actorName]) : undefined;
  if (actorName) wanted.push(actorName);
  if (filters.actorId) wanted.push(eq(e.actorId, filters.actorId));
  if (filters.subjectKind) wanted.push(eq(e.subjectKind, filters.subjectKind));
  if (filters.subjectId) wanted.push(eq(e.subjectId, filters.subjectId));
  if (filters.from) wanted.push(gte(e.at, filters.from));
  if (filters.until) wanted.push(lt(e.at, filters.until));
  const rows = await on
    .select(lineColumns(on))
    .from(e)
    .where(and(...wanted))
    .orderBy(desc(e.id))
    .limit(limit + 1);
  const lines = rows.slice(0, limit);
  return { lines, older: rows.length > limit ? (lines.at(-1)?.id ?? null) : null };
}

/** An entry with its neighbours in the chain. */
export interface ShowAuditEntry {
  readonly entry: AuditLine & { readonly previousHash: string };
  readonly before: Id | null;
  readonly after: Id | null;
}

/** One entry of any chain, for the desk alone; null: there is none. */
export async function showAuditEntry(on: Reader, id: Id): Promise<ShowAuditEntry | null> {
  const { auditEntries: e } = auditTables(on.columns);
  const [entry] = await on
    .select({ ...lineColumns(on), previousHash: e.previousHash })
    .from(e)
    .where(eq(e.id, id));
  if (!entry) return null;
  const near = await on
    .select({ id: e.id, sequence: e.sequence })
    .from(e)
    .where(
      and(
        eq(e.tenant, entry.tenant),
        gte(e.sequence, entry.sequence - 1),
        lt(e.sequence, entry.sequence + 2),
      ),
    )
    .orderBy(asc(e.sequence));
  const at = (sequence: number) => near.find((one) => one.sequence === sequence)?.id ?? null;
  return { entry, before: at(entry.sequence - 1), after: at(entry.sequence + 1) };
}

function lineColumns(on: Reader) {
  const { auditEntries: e } = auditTables(on.columns);
  return {
    id: e.id,
    tenant: e.tenant,
    sequence: e.sequence,
    at: e.at,
    actorKind: e.actorKind,
    actorId: e.actorId,
    actorName: e.actorName,
    action: e.action,
    subjectKind: e.subjectKind,
    subjectId: e.subjectId,
    details: e.details,
    hash: e.hash,
  };
}

/** Names of actions hold no wildcard but the underscore, which stands for itself closely enough in a noun. */
function isAction(on: Reader, action: string): SQL {
  const { auditEntries: e } = auditTables(on.columns);
  return action.includes(".") ? eq(e.action, action) : like(e.action, `${action}.%`);
}
