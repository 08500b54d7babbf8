import { and, asc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import { type Executor, insertRows } from "../../db/index.ts";
import { type Id, newId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import {
  type IssueFailure,
  requestTables,
  type StoredRequest,
  searchedNamesOf,
} from "../../requests/index.ts";
import type { GatheredCertificate } from "./gather-set.ts";
import type { MassState, MemberReplacement } from "./mass-revocation.ts";
import { massRevocationTables } from "./tables.ts";

type Tables = ReturnType<typeof massRevocationTables>;
export type StoredMass = Tables["massRevocations"]["$inferSelect"];
export type Member = Tables["massRevocationMembers"]["$inferSelect"];

/** A member with the request that its certificate came from, and the certificate's end. */
export interface Undecided {
  readonly member: Member;
  readonly request: StoredRequest;
  readonly notAfter: Temporal.Instant;
}

/** Rows of one transaction (house.md). */
export const MEMBERS_GROUP = 256;

/** What a step writes beside the state. */
type Changes = Partial<Omit<StoredMass, "id" | "state" | "version">>;

/** The write model of mass revocations: the issuing company's own, across all subscribers. */
export const massStore = (tx: Executor) => {
  const tables = massRevocationTables(tx.columns);
  const { massRevocations: m, massRevocationMembers: e, massRevocationSubscribers: s } = tables;
  const { certificates: c } = authorityTables(tx.columns);
  const { certificateRequests: r, requestEvents, requestNames } = requestTables(tx.columns);
  return {
    /** @throws Problem not-found */
    async byId(id: Id): Promise<StoredMass> {
      const [row] = await tx.select().from(m).where(eq(m.id, id));
      if (!row) throw new Problem("not-found");
      return row;
    },

    async add(mass: StoredMass, set: readonly GatheredCertificate[]): Promise<void> {
      await tx.insert(m).values(mass);
      const rows = set.map(
        (each): Member => ({
          id: newId(),
          massRevocationId: mass.id,
          ...each,
          orderedAt: null,
          replacement: "PENDING",
          problem: null,
        }),
      );
      await insertRows(tx, "replacement.members", e, rows);
      const subscribers = [...new Set(set.map(({ subscriberId }) => subscriberId))];
      const told = subscribers.map((subscriberId) => ({
        id: newId(),
        massRevocationId: mass.id,
        subscriberId,
        toldOfPlanAt: null,
        toldOfEndAt: null,
      }));
      await insertRows(tx, "replacement.subscribers", s, told);
    },

    /** Moves a case on, if it still is what was read. @throws Problem stale-version */
    async move(mass: Pick<StoredMass, "id" | "version">, state: MassState, changes: Changes): Promise<void> {
      const moved = await tx
        .update(m)
        .set({ ...changes, state, version: mass.version + 1 })
        .where(and(eq(m.id, mass.id), eq(m.version, mass.version)))
        .returning({ id: m.id });
      if (moved.length !== 1) throw new Problem("stale-version");
    },

    /** The next members whose revocation is not ordered yet. */
    async unordered(massRevocationId: Id, after: Id): Promise<Member[]> {
      return tx
        .select()
        .from(e)
        .where(and(eq(e.massRevocationId, massRevocationId), isNull(e.orderedAt), gt(e.certificateId, after)))
        .orderBy(asc(e.certificateId))
        .limit(MEMBERS_GROUP);
    },

    async ordered(ids: readonly Id[], at: Temporal.Instant): Promise<void> {
      await tx
        .update(e)
        .set({ orderedAt: at })
        .where(inArray(e.id, [...ids]));
    },

    /** The next members whose replacement is not decided yet, with the requests they came from. */
    async undecided(massRevocationId: Id): Promise<Undecided[]> {
      return tx
        .select({ member: e, request: r, notAfter: c.notAfter })
        .from(e)
        .innerJoin(c, eq(c.id, e.certificateId))
        .innerJoin(r, eq(r.id, e.requestId))
        .where(and(eq(e.massRevocationId, massRevocationId), eq(e.replacement, "PENDING")))
        .orderBy(asc(e.id))
        .limit(MEMBERS_GROUP);
    },

    async decide(
      ids: readonly Id[],
      replacement: MemberReplacement,
      problem: IssueFailure | null = null,
    ): Promise<void> {
      if (ids.length === 0) return;
      await tx
        .update(e)
        .set({ replacement, problem })
        .where(and(inArray(e.id, [...ids]), eq(e.replacement, "PENDING")));
    },

    async decideAll(massRevocationId: Id, replacement: MemberReplacement): Promise<void> {
      await tx
        .update(e)
        .set({ replacement })
        .where(and(eq(e.massRevocationId, massRevocationId), eq(e.replacement, "PENDING")));
    },

    /** Those of these certificates whose reissue a subscriber has asked for, or whose replacement is being issued. */
    async underWay(certificateIds: readonly Id[]): Promise<ReadonlySet<Id>> {
      const rows = await tx
        .select({ id: r.replacesCertificateId })
        .from(r)
        .where(
          and(
            inArray(r.replacesCertificateId, [...certificateIds]),
            eq(r.kind, "REISSUE"),
            inArray(r.state, ["PENDING_APPROVAL", "APPROVED", "ISSUING"]),
          ),
        );
      return new Set(rows.flatMap(({ id }) => (id === null ? [] : [id])));
    },

    /** Requests that the issuing company makes by itself, approved, each with its line in the timeline. */
    async addRequests(requests: readonly StoredRequest[], by: string, note: string, at: Temporal.Instant) {
      await insertRows(tx, "replacement.requests", r, requests);
      await insertRows(tx, "replacement.names", requestNames, requests.flatMap(searchedNamesOf));
      const events = requests.map(({ id: requestId, subscriberId }) => ({
        id: newId(),
        requestId,
        subscriberId,
        kind: "APPROVED" as const,
        at,
        actorKind: "system",
        actorName: by,
        reason: note,
      }));
      await insertRows(tx, "replacement.events", requestEvents, events);
    },

    /** The next subscriber who has not been told; marked as told with the transaction that queues the mails. */
    async tellNext(
      massRevocationId: Id,
      what: "toldOfPlanAt" | "toldOfEndAt",
      at: Temporal.Instant,
    ): Promise<Id | null> {
      const [next] = await tx
        .select({ id: s.id })
        .from(s)
        .where(and(eq(s.massRevocationId, massRevocationId), isNull(s[what])))
        .orderBy(asc(s.subscriberId))
        .limit(1);
      if (!next) return null;
      const [told] = await tx
        .update(s)
        .set({ [what]: at })
        .where(and(eq(s.id, next.id), isNull(s[what])))
        .returning({ subscriberId: s.subscriberId });
      if (!told) throw new Problem("stale-version");
      return told.subscriberId;
    },

    /** Every step of the preparation is done. */
    async prepared(id: Id, at: Temporal.Instant): Promise<void> {
      await tx
        .update(m)
        .set({ preparedAt: at, version: sql`${m.version} + 1` })
        .where(and(eq(m.id, id), isNull(m.preparedAt)));
    },
  };
};
