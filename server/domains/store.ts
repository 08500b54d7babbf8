import { and, eq, inArray, ne, sql } from "drizzle-orm";
import type { Executor, Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { domainTables } from "./tables.ts";

/** The write model of domains, seeing one subscriber's rows alone. */
export const domainStore = (tx: Executor, tenant: Tenant) => {
  const { domains: d, domainValidations: v } = domainTables(tx.columns);
  return {
    /** Raises not-found when the domain is another subscriber's. */
    async byId(id: Id) {
      const [row] = await tx
        .select()
        .from(d)
        .where(and(eq(d.id, id), eq(d.subscriberId, tenant)));
      if (!row || row.state === "REMOVED") throw new Problem("not-found");
      return row;
    },

    async countOf(organizationId: Id): Promise<number> {
      const rows = await tx
        .select({ id: d.id })
        .from(d)
        .where(and(eq(d.organizationId, organizationId), eq(d.subscriberId, tenant), ne(d.state, "REMOVED")));
      return rows.length;
    },

    async add(domain: typeof d.$inferInsert): Promise<void> {
      await tx.insert(d).values(domain);
    },

    async setState(id: Id, state: (typeof d.$inferSelect)["state"], version: number): Promise<void> {
      const changed = await tx
        .update(d)
        .set({ state, version: version + 1 })
        .where(and(eq(d.id, id), eq(d.subscriberId, tenant), eq(d.version, version)))
        .returning({ id: d.id });
      if (changed.length === 0) throw new Problem("stale-version");
    },

    async validation(domainId: Id, id: Id) {
      const [row] = await tx
        .select()
        .from(v)
        .where(and(eq(v.id, id), eq(v.domainId, domainId), eq(v.subscriberId, tenant)));
      if (!row) throw new Problem("not-found");
      return row;
    },

    async addValidation(validation: typeof v.$inferInsert): Promise<void> {
      await tx.insert(v).values(validation);
    },

    /** A new value replaces every one still waiting for the same name and method. */
    async supersedePending(domainId: Id, name: string): Promise<void> {
      await tx
        .update(v)
        .set({ state: "SUPERSEDED" })
        .where(
          and(eq(v.domainId, domainId), eq(v.name, name), eq(v.subscriberId, tenant), eq(v.state, "PENDING")),
        );
    },

    /** Every validation of the subscriber that its certificates may rest on. */
    async standingValidations() {
      return tx
        .select()
        .from(v)
        .where(and(eq(v.subscriberId, tenant), eq(v.state, "VALIDATED")));
    },

    /** VALIDATED → WITHDRAWN. */
    async withdraw(ids: readonly Id[]): Promise<void> {
      await tx
        .update(v)
        .set({ state: "WITHDRAWN", version: sql`${v.version} + 1` })
        .where(and(inArray(v.id, [...ids]), eq(v.subscriberId, tenant), eq(v.state, "VALIDATED")));
    },

    /** The domains must be validated anew, as on the day they were registered. */
    async awaitValidation(domainIds: readonly Id[]): Promise<void> {
      if (domainIds.length === 0) return;
      await tx
        .update(d)
        .set({ state: "REGISTERED", version: sql`${d.version} + 1` })
        .where(
          and(
            inArray(d.id, [...new Set(domainIds)]),
            eq(d.subscriberId, tenant),
            inArray(d.state, ["VALIDATED", "EXPIRING", "EXPIRED"]),
          ),
        );
    },

    /** Ends a validation that is still pending; false when somebody else ended it first. */
    async endValidation(id: Id, changes: Partial<typeof v.$inferInsert>): Promise<boolean> {
      const changed = await tx
        .update(v)
        .set(changes)
        .where(and(eq(v.id, id), eq(v.subscriberId, tenant), eq(v.state, "PENDING")))
        .returning({ id: v.id });
      return changed.length === 1;
    },
  };
};

/** Everything that coverage of an organisation's names rests on: its registered domains and valid validations. */
export async function controlOf(on: Reader, tenant: Tenant, organizationId: Id) {
  const { domains: d, domainValidations: v } = domainTables(on.columns);
  const registered = await on
    .select({ id: d.id, kind: d.kind, name: d.name, evEnabled: d.evEnabled })
    .from(d)
    .where(and(eq(d.subscriberId, tenant), eq(d.organizationId, organizationId), ne(d.state, "REMOVED")));
  const validations = await on
    .select({
      id: v.id,
      domainId: v.domainId,
      method: v.method,
      authorizationDomainName: v.authorizationDomainName,
      scope: v.scope,
      state: v.state,
      startedAt: v.startedAt,
    })
    .from(v)
    .innerJoin(d, eq(d.id, v.domainId))
    .where(and(eq(d.subscriberId, tenant), eq(d.organizationId, organizationId), eq(v.state, "VALIDATED")));
  return { registered, validations };
}
