import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { among, type Executor, given, givenRows, insertRows } from "../db/index.ts";
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

/** A request to be claimed, as it was read; without an intent where a rule forbids it. */
export interface Claimed {
  readonly request: StoredRequest;
  readonly intentId: Id | null;
  readonly coverage: readonly CoverageEvidence[] | null;
}

/**
 * The write model of issuance: the requests of all subscribers, as only the system itself moves them. Each row is
 * decided by a condition of its own; the statements of a group are prepared, as they run for every certificate.
 */
export const issuanceStore = (tx: Executor) => {
  const { certificateRequests: r, requestEvents } = requestTables(tx.columns);
  const { meteringEvents } = issuanceTables(tx.columns);
  return {
    /** Requests waiting to be issued, the oldest first; of `ids` alone where they are given. */
    async approved(ids: readonly Id[] | null, limit: number): Promise<StoredRequest[]> {
      if (ids === null) {
        return tx
          .prepared("issuance.approved", (d) =>
            d
              .select()
              .from(r)
              .where(eq(r.state, "APPROVED"))
              .orderBy(asc(r.id))
              .limit(sql.placeholder("limit"))
              .prepare(),
          )
          .execute({ limit });
      }
      return tx
        .select()
        .from(r)
        .where(and(eq(r.state, "APPROVED"), among(tx.columns, r.id, ids)))
        .orderBy(asc(r.id))
        .limit(limit);
    },

    /**
     * APPROVED → ISSUING for each of these that nobody else has moved since it was read; counted as an attempt. Gives
     * the ids of those that were won.
     */
    async claim(claims: readonly Claimed[]): Promise<ReadonlySet<Id>> {
      if (claims.length === 0) return new Set();
      const { rows, text, whole, is, only } = given(tx.columns);
      const won = await tx
        .prepared("issuance.claim", (d) =>
          d
            .update(r)
            .set({
              state: "ISSUING",
              intentId: text("intentId"),
              coverage: text("coverage"),
              issueAttempts: sql`${r.issueAttempts} + 1`,
              version: sql`${r.version} + 1`,
            })
            .from(rows)
            .where(and(is(r.id, "id"), only(r.state, "APPROVED"), eq(r.version, whole("version"))))
            .returning({ id: r.id })
            .prepare(),
        )
        .execute({
          given: givenRows(
            claims.map(({ request: { id, version }, intentId, coverage }) => ({
              id,
              version,
              intentId,
              coverage: coverage && JSON.stringify(coverage),
            })),
          ),
        });
      return new Set(won.map(({ id }) => id));
    },

    /** ISSUING → ISSUED. The intents were completed in this transaction, so nobody else can have moved them. */
    async complete(issued: readonly IssuedRequest[], at: Temporal.Instant): Promise<void> {
      const { rows, text, is, only } = given(tx.columns);
      const moved = await tx
        .prepared("issuance.complete", (d) =>
          d
            .update(r)
            .set({
              state: "ISSUED",
              certificateId: text("certificateId"),
              issuedAt: sql`${sql.param(sql.placeholder("at"), r.issuedAt)}`,
              version: sql`${r.version} + 1`,
            })
            .from(rows)
            .where(and(is(r.id, "id"), only(r.state, "ISSUING")))
            .returning({ id: r.id })
            .prepare(),
        )
        .execute({
          given: givenRows(
            issued.map(({ request, certificate }) => ({ id: request.id, certificateId: certificate.id })),
          ),
          at,
        });
      if (moved.length === issued.length) return;
      const known = new Set(moved.map(({ id }) => id));
      const left = issued.find(({ request }) => !known.has(request.id));
      throw new Error(`request ${left?.request.id} left ISSUING under a completed intent`);
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
