import { and, eq } from "drizzle-orm";
import type { Executor } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import type { SubscriberPolicy } from "./organization.ts";
import { organizationTables } from "./tables.ts";

/** Writes a new subscriber; its id becomes a tenant. The siteId (識別ID) is unique for ever. */
export async function addSubscriber(
  tx: Executor,
  subscriber: ReturnType<typeof organizationTables>["subscribers"]["$inferInsert"],
): Promise<void> {
  await tx.insert(organizationTables(tx.columns).subscribers).values(subscriber);
}

/** The write model of a subscriber's own record, its people and its applicant organisations. */
export const organizationStore = (tx: Executor, tenant: Tenant) => {
  const {
    subscribers: s,
    people,
    applicantOrganizations: o,
    responsiblePersons,
  } = organizationTables(tx.columns);
  return {
    async subscriber() {
      const [row] = await tx.select().from(s).where(eq(s.id, tenant));
      if (!row) throw new Problem("not-found");
      return row;
    },

    /** Writes if nobody wrote since the subscriber was read. Problem: stale-version. */
    async setPolicy(policy: SubscriberPolicy, version: number): Promise<void> {
      const written = await tx
        .update(s)
        .set({ policy, version: version + 1 })
        .where(and(eq(s.id, tenant), eq(s.version, version)))
        .returning({ id: s.id });
      if (written.length === 0) throw new Problem("stale-version");
    },

    /** Raises not-found when the organisation is another subscriber's. */
    async organization(id: Id) {
      const [row] = await tx
        .select()
        .from(o)
        .where(and(eq(o.id, id), eq(o.subscriberId, tenant)));
      if (!row || row.state === "REMOVED") throw new Problem("not-found");
      return row;
    },

    async addPerson(
      person: {
        name: string;
        email: string;
        kana?: string | null;
        department?: string | null;
        phone?: string | null;
      },
      now: Temporal.Instant,
    ): Promise<Id> {
      const id = newId();
      await tx.insert(people).values({ id, subscriberId: tenant, ...person, createdAt: now });
      return id;
    },

    async addOrganization(organization: Omit<typeof o.$inferInsert, "subscriberId">): Promise<void> {
      await tx.insert(o).values({ ...organization, subscriberId: tenant });
    },

    async addResponsiblePerson(person: typeof responsiblePersons.$inferInsert): Promise<void> {
      await tx.insert(responsiblePersons).values(person);
    },
  };
};
