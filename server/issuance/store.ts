import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { type Executor, insertRows } from "../db/index.ts";
import { type Actor, stampOf } from "../kernel/actor.ts";
import { type Id, newId } from "../kernel/ids.ts";
import {
  type CoverageEvidence,
  type IssueFailure,
  type RequestEvent,
  requestTables,
  type StoredRequest,
} from "../requests/index.ts";
import type { IssuedRequest } from "./issuance.ts";
import { issuanceTables } from "./tables.ts";

/**
 * The write model of issuance: the requests of all subscribers, as only the system itself moves them. Each row is
 * decided by a conditional update of its own; the statements are prepared, as they run once for every certificate.
 */
export const issuanceStore = (tx: Executor) => {
  const { certificateRequests: r, requestEvents } = requestTables(tx.columns);
  const { meteringEvents } = issuanceTables(tx.columns);
  return {
    /** Requests waiting to be issued, the oldest first; of `ids` alone where they are given. */
    async approved(ids: readonly Id[] | null, limit: number): Promise<StoredRequest[]> {
      return tx
        .select()
        .from(r)
        .where(and(eq(r.state, "APPROVED"), ids === null ? undefined : inArray(r.id, [...ids])))
        .orderBy(asc(r.id))
        .limit(limit);
    },

    /** APPROVED → ISSUING, if nobody else was first; counted as an attempt. */
    async claim(request: StoredRequest, intentId: Id | null, coverage: readonly CoverageEvidence[] | null) {
      const won = await tx
        .prepared("issuance.claim", (d) =>
          d
            .update(r)
            .set({
              state: "ISSUING",
              intentId: sql`${sql.placeholder("intentId")}`,
              coverage: sql`${sql.param(sql.placeholder("coverage"), r.coverage)}`,
              issueAttempts: sql`${r.issueAttempts} + 1`,
              version: sql`${r.version} + 1`,
            })
            .where(
              and(
                eq(r.id, sql.placeholder("id")),
                eq(r.state, "APPROVED"),
                eq(r.version, sql.placeholder("version")),
              ),
            )
            .returning({ id: r.id })
            .prepare(),
        )
        .execute({ id: request.id, version: request.version, intentId, coverage });
      return won.length === 1;
    },

    /** ISSUING → ISSUED. The intent was completed in this transaction, so nobody else can have moved it. */
    async complete({ request, certificate }: IssuedRequest, at: Temporal.Instant): Promise<void> {
      const moved = await tx
        .prepared("issuance.complete", (d) =>
          d
            .update(r)
            .set({
              state: "ISSUED",
              certificateId: sql`${sql.placeholder("certificateId")}`,
              issuedAt: sql`${sql.param(sql.placeholder("at"), r.issuedAt)}`,
              version: sql`${r.version} + 1`,
            })
            .where(and(eq(r.id, sql.placeholder("id")), eq(r.state, "ISSUING")))
            .returning({ id: r.id })
            .prepare(),
        )
        .execute({ id: request.id, certificateId: certificate.id, at });
      if (moved.length !== 1) throw new Error(`request ${request.id} left ISSUING under a completed intent`);
    },

    /** ISSUING → ISSUE_FAILED; false when it is not being issued any more. */
    async fail(id: Id, failure: IssueFailure): Promise<boolean> {
      const moved = await tx
        .update(r)
        .set({ state: "ISSUE_FAILED", failure, version: sql`${r.version} + 1` })
        .where(and(eq(r.id, id), eq(r.state, "ISSUING")))
        .returning({ id: r.id });
      return moved.length === 1;
    },

    /** ISSUING → APPROVED for those that wait for these intents. Gives the requests that went back. */
    async release(intentIds: readonly Id[]): Promise<StoredRequest[]> {
      return tx
        .update(r)
        .set({ state: "APPROVED", intentId: null, coverage: null, version: sql`${r.version} + 1` })
        .where(and(inArray(r.intentId, [...intentIds]), eq(r.state, "ISSUING")))
        .returning();
    },

    /** A line in the timeline of each. */
    async note(requests: readonly StoredRequest[], kind: RequestEvent, actor: Actor, at: Temporal.Instant) {
      const { actorKind, actorName } = stampOf(actor);
      await insertRows(
        tx,
        "issuance.events",
        requestEvents,
        requests.map(({ id, subscriberId }) => ({
          id: newId(),
          requestId: id,
          subscriberId,
          kind,
          at,
          actorKind,
          actorName,
          reason: null,
        })),
      );
    },

    /** What billing will count: one row for each certificate. */
    async meter(issued: readonly IssuedRequest[], at: Temporal.Instant): Promise<void> {
      await insertRows(
        tx,
        "issuance.metering",
        meteringEvents,
        issued.map(({ request, certificate }) => ({
          id: newId(),
          subscriberId: request.subscriberId,
          requestId: request.id,
          certificateId: certificate.id,
          product: request.product,
          shape: request.shape,
          licences: request.licences,
          names: request.names.length,
          kind: request.kind,
          charged: request.kind !== "REISSUE",
          issuedAt: at,
        })),
      );
    },
  };
};
