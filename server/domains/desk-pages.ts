import { and, asc, eq, ne } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { organizationTables } from "../organizations/tables.ts";
import { type ValidationMethod, validationLapsesAt } from "../rules/index.ts";
import type { DomainState } from "./domain.ts";
import { domainTables } from "./tables.ts";

/** A registered domain or address, as the desk lists it. */
export interface DomainLine {
  readonly id: Id;
  readonly organizationId: Id;
  readonly organization: string;
  readonly kind: "dns" | "ip";
  readonly name: string;
  readonly unicodeName: string;
  readonly evEnabled: boolean;
  readonly state: DomainState;
  /** The newest proof of control and when it lapses; null: never proven. */
  readonly validation: { readonly method: ValidationMethod; readonly until: Temporal.Instant } | null;
}

/** The domains of a subscriber, or of one of its organisations, by name. */
export async function domainLines(
  on: Reader,
  tenant: Tenant,
  organizationId: Id | null = null,
): Promise<readonly DomainLine[]> {
  const { domains: d, domainValidations: v } = domainTables(on.columns);
  const { applicantOrganizations: o } = organizationTables(on.columns);
  const rows = await on
    .select({
      id: d.id,
      organizationId: d.organizationId,
      organization: o.nameJa,
      kind: d.kind,
      name: d.name,
      unicodeName: d.unicodeName,
      evEnabled: d.evEnabled,
      state: d.state,
    })
    .from(d)
    .innerJoin(o, eq(o.id, d.organizationId))
    .where(
      and(
        eq(d.subscriberId, tenant),
        ne(d.state, "REMOVED"),
        organizationId === null ? undefined : eq(d.organizationId, organizationId),
      ),
    )
    .orderBy(asc(d.name));
  const proofs = await on
    .select({ domainId: v.domainId, method: v.method, startedAt: v.startedAt })
    .from(v)
    .where(and(eq(v.subscriberId, tenant), eq(v.state, "VALIDATED")))
    .orderBy(asc(v.startedAt));
  // Later rows overwrite earlier ones: the newest proof stays.
  const newest = new Map(proofs.map((proof) => [proof.domainId, proof]));
  return rows.map((row) => {
    const proof = newest.get(row.id);
    // The reuse period is counted from where the validation began (BR 4.2.1).
    const validation = proof
      ? { method: proof.method, until: validationLapsesAt(proof.method, proof.startedAt) }
      : null;
    return { ...row, validation };
  });
}
