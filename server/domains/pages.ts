import { and, asc, desc, eq, ne } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { organizationTables } from "../organizations/tables.ts";
import { type ValidationMethod, validationLapsesAt } from "../rules/index.ts";
import type { ApprovalScope, DomainState, ValidationState } from "./domain.ts";
import { domainTables } from "./tables.ts";

/** A validation is called for renewal this long before it lapses. */
const LAPSING_WITHIN = Temporal.Duration.from({ hours: 24 * 30 });

interface DomainRow {
  readonly id: Id;
  readonly kind: "dns" | "ip";
  readonly name: string;
  /** As people read it; the same as `name` where nothing is encoded. */
  readonly unicodeName: string;
  readonly organization: string;
  readonly evEnabled: boolean;
  /** With the clock's word in it: EXPIRING and EXPIRED come by themselves. */
  readonly state: DomainState;
  /** The validation that lasts longest; null: none holds. */
  readonly method: ValidationMethod | null;
  readonly until: Temporal.Instant | null;
}

export interface ListDomains {
  readonly domains: readonly DomainRow[];
  /** Those whose validation lapses soon or has lapsed, and those that wait for one. */
  readonly lapsing: readonly DomainRow[];
  readonly waiting: readonly DomainRow[];
}

interface ValidationRow {
  readonly id: Id;
  readonly method: ValidationMethod;
  readonly name: string;
  readonly scope: ApprovalScope;
  readonly state: ValidationState | "LAPSED";
  readonly startedAt: Temporal.Instant;
  readonly validatedAt: Temporal.Instant | null;
  readonly lapsesAt: Temporal.Instant | null;
}

/** A value that is to be published and has not been seen yet. */
interface PendingValidation {
  readonly id: Id;
  readonly name: string;
  readonly value: string;
  readonly scope: ApprovalScope;
  readonly valueUntil: Temporal.Instant;
  /** Past its end: nothing can be checked with it any more. */
  readonly over: boolean;
  /** Code of the problem that the last check ended with. */
  readonly lastFailure: string | null;
}

export interface ShowDomain {
  readonly domain: DomainRow;
  readonly pending: PendingValidation | null;
  readonly history: readonly ValidationRow[];
}

/** A subscriber's registered domains by name, with what stands behind each today. */
export async function listDomains(on: Reader, tenant: Tenant, now: Temporal.Instant): Promise<ListDomains> {
  const { domains: d, domainValidations: v } = domainTables(on.columns);
  const { applicantOrganizations: o } = organizationTables(on.columns);
  const rows = await on
    .select({ domain: d, organization: o.nameJa })
    .from(d)
    .innerJoin(o, eq(o.id, d.organizationId))
    .where(and(eq(d.subscriberId, tenant), ne(d.state, "REMOVED")))
    .orderBy(asc(d.name), asc(d.id));
  const validations = await on
    .select()
    .from(v)
    .where(and(eq(v.subscriberId, tenant), ne(v.state, "SUPERSEDED")));
  const byDomain = Map.groupBy(validations, ({ domainId }) => domainId);
  const domains = rows.map(({ domain, organization }) =>
    rowOf(domain, organization, byDomain.get(domain.id) ?? [], now),
  );
  return {
    domains,
    lapsing: domains.filter(({ state }) => state === "EXPIRING" || state === "EXPIRED"),
    waiting: domains.filter(({ state }) => state === "REGISTERED" || state === "DCV_PENDING"),
  };
}

/** One domain with the value to publish and every validation it ever had; null: none of this subscriber's. */
export async function showDomain(
  on: Reader,
  tenant: Tenant,
  id: Id,
  now: Temporal.Instant,
): Promise<ShowDomain | null> {
  const { domains: d, domainValidations: v } = domainTables(on.columns);
  const { applicantOrganizations: o } = organizationTables(on.columns);
  const [row] = await on
    .select({ domain: d, organization: o.nameJa })
    .from(d)
    .innerJoin(o, eq(o.id, d.organizationId))
    .where(and(eq(d.id, id), eq(d.subscriberId, tenant), ne(d.state, "REMOVED")));
  if (!row) return null;
  const validations = await on
    .select()
    .from(v)
    .where(and(eq(v.domainId, id), eq(v.subscriberId, tenant)))
    .orderBy(desc(v.id));
  const pending = validations.find(({ state }) => state === "PENDING");
  return {
    domain: rowOf(row.domain, row.organization, validations, now),
    pending: pending
      ? {
          id: pending.id,
          name: pending.name,
          value: pending.randomValue,
          scope: pending.scope,
          valueUntil: pending.valueUntil,
          over: Temporal.Instant.compare(now, pending.valueUntil) >= 0,
          lastFailure: pending.lastFailure,
        }
      : null,
    history: validations
      .filter(({ state }) => state !== "PENDING")
      .map((one): ValidationRow => {
        const lapsesAt = one.state === "VALIDATED" ? validationLapsesAt(one.method, one.startedAt) : null;
        const lapsed = lapsesAt !== null && Temporal.Instant.compare(lapsesAt, now) <= 0;
        const { method, name, scope, startedAt, validatedAt } = one;
        const state = lapsed ? "LAPSED" : one.state;
        return { id: one.id, method, name, scope, state, startedAt, validatedAt, lapsesAt };
      }),
  };
}

type Tables = ReturnType<typeof domainTables>;
type Domain = Tables["domains"]["$inferSelect"];
type Validation = Tables["domainValidations"]["$inferSelect"];

function rowOf(
  domain: Domain,
  organization: string,
  validations: readonly Validation[],
  now: Temporal.Instant,
): DomainRow {
  const lasting = validations
    .filter(({ state }) => state === "VALIDATED")
    .map(({ method, startedAt }) => ({ method, until: validationLapsesAt(method, startedAt) }))
    .toSorted((a, b) => Temporal.Instant.compare(b.until, a.until))[0];
  const { id, kind, name, unicodeName, evEnabled } = domain;
  return {
    id,
    kind,
    name,
    unicodeName,
    organization,
    evEnabled,
    state: stateAt(domain.state, lasting?.until ?? null, now),
    method: lasting?.method ?? null,
    until: lasting?.until ?? null,
  };
}

/** What a domain's state is by the clock: a validation lapses without anybody writing it down (BR 4.2.1). */
function stateAt(stored: DomainState, until: Temporal.Instant | null, now: Temporal.Instant): DomainState {
  if (until === null || stored === "DENIED" || stored === "REMOVED") return stored;
  if (Temporal.Instant.compare(until, now) <= 0) return stored === "DCV_PENDING" ? stored : "EXPIRED";
  return Temporal.Instant.compare(until, now.add(LAPSING_WITHIN)) <= 0 ? "EXPIRING" : "VALIDATED";
}
