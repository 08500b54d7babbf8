import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Executor } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { organizationTables } from "../organizations/tables.ts";
import { type HolderKind, type OperatorState, WORKING_OPERATOR_STATES } from "./operator.ts";
import { operatorTables } from "./tables.ts";

type Tables = ReturnType<typeof operatorTables>;

/** The write model of a subscriber's operators. */
export const operatorStore = (tx: Executor, tenant: Tenant) => {
  const { operators: o } = operatorTables(tx.columns);
  const { people } = organizationTables(tx.columns);
  const own = (id: Id) => and(eq(o.id, id), eq(o.subscriberId, tenant));
  return {
    /** With the name of the person. Raises not-found, also for another subscriber's operator. */
    async byId(id: Id) {
      const [row] = await tx
        .select({ operator: o, name: people.name })
        .from(o)
        .innerJoin(people, eq(people.id, o.personId))
        .where(own(id));
      if (!row) throw new Problem("not-found");
      return { ...row.operator, name: row.name };
    },

    /** Raises not-found for a person of another subscriber. */
    async requireOwnPerson(personId: Id): Promise<void> {
      const [row] = await tx
        .select({ id: people.id })
        .from(people)
        .where(and(eq(people.id, personId), eq(people.subscriberId, tenant)));
      if (!row) throw new Problem("not-found");
    },

    /** Every common name this subscriber has ever used. */
    async commonNames(): Promise<string[]> {
      const rows = await tx.select({ name: o.commonName }).from(o).where(eq(o.subscriberId, tenant));
      return rows.map(({ name }) => name);
    },

    async add(operator: Omit<Tables["operators"]["$inferInsert"], "subscriberId">): Promise<void> {
      await tx.insert(o).values({ ...operator, subscriberId: tenant });
    },

    /** Moves on only from the state that was seen; false: somebody else has moved it meanwhile. */
    async move(id: Id, from: OperatorState, to: OperatorState): Promise<boolean> {
      const moved = await tx
        .update(o)
        .set({ state: to, version: sql`${o.version} + 1` })
        .where(and(own(id), eq(o.state, from)))
        .returning({ id: o.id });
      return moved.length > 0;
    },

    /**
     * The operators who work, locked until the transaction ends: of two that would each remove the other as "not the
     * last", PostgreSQL lets the second look only after the first is done. SQLite writes one at a time anyway.
     */
    async lockWorking(): Promise<Id[]> {
      const rows = await tx
        .update(o)
        .set({ version: sql`${o.version}` })
        .where(and(eq(o.subscriberId, tenant), inArray(o.state, [...WORKING_OPERATOR_STATES])))
        .returning({ id: o.id });
      return rows.map(({ id }) => id);
    },
  };
};

/** The write model of the issuing company's own staff, who belong to no tenant. */
export const staffStore = (tx: Executor) => {
  const { staff: s } = operatorTables(tx.columns);
  return {
    async byId(id: Id) {
      const [row] = await tx.select().from(s).where(eq(s.id, id));
      if (!row) throw new Problem("not-found");
      return row;
    },

    async add(member: Tables["staff"]["$inferInsert"]): Promise<void> {
      await tx.insert(s).values(member);
    },

    /** Locks the row until the transaction ends; false: no longer ACTIVE. */
    async lockActive(id: Id): Promise<boolean> {
      const rows = await tx
        .update(s)
        .set({ version: sql`${s.version}` })
        .where(and(eq(s.id, id), eq(s.state, "ACTIVE")))
        .returning({ id: s.id });
      return rows.length > 0;
    },

    /** False: was not ACTIVE. */
    async disable(id: Id): Promise<boolean> {
      const rows = await tx
        .update(s)
        .set({ state: "DISABLED", version: sql`${s.version} + 1` })
        .where(and(eq(s.id, id), eq(s.state, "ACTIVE")))
        .returning({ id: s.id });
      return rows.length > 0;
    },
  };
};

/** The client certificates of one holder: call it only with an id that was found within its tenant. */
export const clientCertificateStore = (tx: Executor, holderKind: HolderKind, holderId: Id) => {
  const { clientCertificates: cc } = operatorTables(tx.columns);
  const live = and(eq(cc.holderKind, holderKind), eq(cc.holderId, holderId), isNull(cc.removedAt));
  return {
    async add(certificate: { id: Id; certificateId: Id; fingerprint: string; createdAt: Temporal.Instant }) {
      await tx.insert(cc).values({ ...certificate, holderKind, holderId, removedAt: null });
    },

    async live(): Promise<{ certificateId: Id; fingerprint: string }[]> {
      return tx.select({ certificateId: cc.certificateId, fingerprint: cc.fingerprint }).from(cc).where(live);
    },

    /** Takes all of them away; gives what was taken. */
    async removeAll(at: Temporal.Instant): Promise<{ certificateId: Id; fingerprint: string }[]> {
      return tx
        .update(cc)
        .set({ removedAt: at })
        .where(live)
        .returning({ certificateId: cc.certificateId, fingerprint: cc.fingerprint });
    },
  };
};
