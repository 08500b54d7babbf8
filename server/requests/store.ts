import { and, desc, eq, gte, inArray, isNull, sql } from "drizzle-orm";
import { among, type Executor, given, givenRows, insertRows } from "../db/index.ts";
import { type Actor, stampOf, type Tenant } from "../kernel/actor.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { reversedName } from "../pki/index.ts";
import { type RequestEvent, TRANSITIONS, type Transition } from "./request.ts";
import { requestTables } from "./tables.ts";

export type StoredRequest = ReturnType<typeof requestTables>["certificateRequests"]["$inferSelect"];
export type NewRequest = Omit<
  ReturnType<typeof requestTables>["certificateRequests"]["$inferInsert"],
  "subscriberId" | "issueAttempts" | "version"
>;

/** What a decision writes beside the state. */
export type Changes = Partial<
  Pick<NewRequest, "decisionReason" | "decidedBy" | "decidedAt" | "coverage" | "failure">
>;

/** The names of a request as searches find them: written with it, whoever makes it. */
export const searchedNamesOf = ({
  id: requestId,
  subscriberId,
  names,
}: {
  readonly id: Id;
  readonly subscriberId: Id;
  readonly names: readonly string[];
}) => names.map((name) => ({ requestId, subscriberId, name, reversedName: reversedName(name) }));

/** The write model of certificate requests, seeing one subscriber's rows alone. */
export const requestStore = (tx: Executor, tenant: Tenant) => {
  const { certificateRequests: r, requestNames, requestEvents } = requestTables(tx.columns);
  return {
    /** @throws Problem not-found, also for another subscriber's request */
    async byId(id: Id): Promise<StoredRequest> {
      const [row] = await tx
        .select()
        .from(r)
        .where(and(eq(r.id, id), eq(r.subscriberId, tenant)));
      if (!row) throw new Problem("not-found");
      return row;
    },

    /** Those of `ids` that are this subscriber's, oldest first. */
    async byIds(ids: readonly Id[]): Promise<StoredRequest[]> {
      return tx
        .select()
        .from(r)
        .where(and(among(tx.columns, r.id, ids), eq(r.subscriberId, tenant)))
        .orderBy(r.id);
    },

    /** The request that this very check page has already made. */
    async bySubmission(requesterUserId: Id, submissionKey: string): Promise<StoredRequest | null> {
      const [row] = await tx
        .select()
        .from(r)
        .where(
          and(
            eq(r.subscriberId, tenant),
            eq(r.requesterUserId, requesterUserId),
            eq(r.submissionKey, submissionKey),
          ),
        );
      return row ?? null;
    },

    /** A pending request of the same person for the same key and names, made after `since`. */
    async twin(
      request: Pick<NewRequest, "requesterUserId" | "spkiSha256" | "names" | "product">,
      since: Temporal.Instant,
    ) {
      const rows = await tx
        .select()
        .from(r)
        .where(
          and(
            eq(r.subscriberId, tenant),
            eq(r.state, "PENDING_APPROVAL"),
            eq(r.requesterUserId, request.requesterUserId),
            eq(r.spkiSha256, request.spkiSha256),
            eq(r.product, request.product),
            gte(r.submittedAt, since),
          ),
        )
        .orderBy(desc(r.id));
      return rows.find((row) => row.names.join() === request.names.join()) ?? null;
    },

    /** Is a reissue of this certificate waiting or being issued? */
    async reissueUnderWay(certificateId: Id | null): Promise<boolean> {
      if (certificateId === null) return false;
      const [row] = await tx
        .select({ id: r.id })
        .from(r)
        .where(
          and(
            eq(r.subscriberId, tenant),
            eq(r.replacesCertificateId, certificateId),
            eq(r.kind, "REISSUE"),
            inArray(r.state, ["PENDING_APPROVAL", "APPROVED", "ISSUING"]),
          ),
        )
        .limit(1);
      return row !== undefined;
    },

    /** The request that a certificate came from. */
    async ofCertificate(certificateId: Id): Promise<StoredRequest | null> {
      const [row] = await tx
        .select()
        .from(r)
        .where(and(eq(r.certificateId, certificateId), eq(r.subscriberId, tenant)));
      return row ?? null;
    },

    async add(request: NewRequest): Promise<void> {
      await tx.insert(r).values({ ...request, subscriberId: tenant, issueAttempts: 0, version: 1 });
      await insertRows(
        tx,
        "requests.names",
        requestNames,
        searchedNamesOf({ ...request, subscriberId: tenant }),
      );
    },

    /** Moves a request on, if it still is what was read. @throws Problem stale-version */
    async move(request: StoredRequest, transition: Transition, changes: Changes = {}): Promise<void> {
      const { from, to } = TRANSITIONS[transition];
      const moved = await tx
        .update(r)
        .set({ ...changes, state: to, version: request.version + 1 })
        .where(
          and(
            eq(r.id, request.id),
            eq(r.subscriberId, tenant),
            eq(r.version, request.version),
            inArray(r.state, [...from]),
          ),
        )
        .returning({ id: r.id });
      if (moved.length === 0) throw new Problem("stale-version");
    },

    /**
     * PENDING_APPROVAL → APPROVED for each of these that still is what was read. Gives the ids of those that moved.
     */
    async approve(
      requests: readonly StoredRequest[],
      { decidedBy, decidedAt }: { readonly decidedBy: string; readonly decidedAt: Temporal.Instant },
    ): Promise<ReadonlySet<Id>> {
      if (requests.length === 0) return new Set();
      const { rows, whole, is, only } = given(tx.columns);
      const moved = await tx
        .prepared("requests.approve", (d) =>
          d
            .update(r)
            .set({
              state: TRANSITIONS.approve.to,
              decidedBy: sql`${sql.placeholder("decidedBy")}`,
              decidedAt: sql`${sql.param(sql.placeholder("decidedAt"), r.decidedAt)}`,
              version: sql`${r.version} + 1`,
            })
            .from(rows)
            .where(
              and(
                is(r.id, "id"),
                only(r.subscriberId, sql.placeholder("tenant")),
                only(r.state, TRANSITIONS.approve.from[0]),
                eq(r.version, whole("version")),
              ),
            )
            .returning({ id: r.id })
            .prepare(),
        )
        .execute({
          given: givenRows(requests.map(({ id, version }) => ({ id, version }))),
          tenant,
          decidedBy,
          decidedAt,
        });
      return new Set(moved.map(({ id }) => id));
    },

    /** Notes the first download; null when there was one before, or no such certificate. */
    async markDownloaded(certificateId: Id, at: Temporal.Instant): Promise<StoredRequest | null> {
      const [row] = await tx
        .update(r)
        .set({ firstDownloadedAt: at })
        .where(
          and(eq(r.certificateId, certificateId), eq(r.subscriberId, tenant), isNull(r.firstDownloadedAt)),
        )
        .returning();
      return row ?? null;
    },

    /** One line in the timeline of each. */
    async noteAll(requestIds: readonly Id[], kind: RequestEvent, actor: Actor, at: Temporal.Instant) {
      const { actorKind, actorName } = stampOf(actor);
      const said = { subscriberId: tenant, kind, at, actorKind, actorName, reason: null };
      await insertRows(
        tx,
        "requests.events",
        requestEvents,
        requestIds.map((requestId) => ({ id: newId(), requestId, ...said })),
      );
    },

    /** One line of the timeline. */
    async note(
      requestId: Id,
      kind: RequestEvent,
      actor: Actor,
      at: Temporal.Instant,
      reason: string | null = null,
    ) {
      const { actorKind, actorName } = stampOf(actor);
      await tx
        .insert(requestEvents)
        .values({ id: newId(), requestId, subscriberId: tenant, kind, at, actorKind, actorName, reason });
    },
  };
};
