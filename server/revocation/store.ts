import { and, asc, desc, eq, inArray, ne, or, sql } from "drizzle-orm";
import { authorityTables, type CertificateState } from "../authority/index.ts";
import { type Executor, insertRows } from "../db/index.ts";
import { type Actor, stampOf } from "../kernel/actor.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { type RequestEvent, requestTables, type StoredRequest } from "../requests/index.ts";
import { SUBSCRIBERS_OWN } from "./revocation.ts";
import { revocationTables } from "./tables.ts";

/** The cancelReason of an order whose certificate expired before its time; pages say it in words. */
const EXPIRED = "EXPIRED";

export type StoredOrder = ReturnType<typeof revocationTables>["revocationOrders"]["$inferSelect"];

/** A certificate as far as its revocation goes. Whoever asks for a subscriber's own compares `subscriberId`. */
export interface RevocableCertificate {
  readonly id: Id;
  readonly subscriberId: Id | null;
  readonly serial: string;
  readonly spkiSha256: string;
  readonly state: CertificateState;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  /** Null for client and site certificates, which nobody requests. */
  readonly request:
    | (Pick<StoredRequest, "id" | "subscriberId" | "receiptNumber" | "commonName"> &
        Pick<StoredRequest, "names" | "product" | "issueNoticeEmail">)
    | null;
  /** The planned revocation, if any. */
  readonly waiting: StoredOrder | null;
}

/** The write model of revocations, of all subscribers: who may touch which certificate is the use case's to ask. */
export const revocationStore = (tx: Executor) => {
  const { revocationOrders: o } = revocationTables(tx.columns);
  const { certificates: c } = authorityTables(tx.columns);
  const { certificateRequests: r, requestEvents } = requestTables(tx.columns);
  return {
    /** Those of `ids` that exist, each with the request it came from and the order that waits for it. */
    async certificates(ids: readonly Id[]): Promise<RevocableCertificate[]> {
      return tx
        .select({
          id: c.id,
          subscriberId: c.subscriberId,
          serial: c.serial,
          spkiSha256: c.spkiSha256,
          state: c.state,
          notBefore: c.notBefore,
          notAfter: c.notAfter,
          request: {
            id: r.id,
            subscriberId: r.subscriberId,
            receiptNumber: r.receiptNumber,
            commonName: r.commonName,
            names: r.names,
            product: r.product,
            issueNoticeEmail: r.issueNoticeEmail,
          },
          waiting: o,
        })
        .from(c)
        .leftJoin(r, eq(r.certificateId, c.id))
        .leftJoin(o, eq(o.openFor, c.id))
        .where(inArray(c.id, [...ids]));
    },

    /**
     * The certificates of planned orders: that of this declaration, as long as it is the subscriber's own, or those of
     * the same key that rest on it.
     */
    async resting(declaredIn: Id, which: "declaration" | "shared-key"): Promise<Id[]> {
      const asked =
        which === "declaration"
          ? and(eq(o.id, declaredIn), inArray(o.origin, SUBSCRIBERS_OWN))
          : and(eq(o.originId, declaredIn), eq(o.origin, "shared-key"));
      const rows = await tx
        .select({ id: o.certificateId })
        .from(o)
        .where(and(eq(o.state, "PLANNED"), asked))
        .orderBy(asc(o.certificateId));
      return rows.map(({ id }) => id);
    },

    /**
     * Another order that says the same of this key, and stands: planned of its own accord, or carried out, so that the
     * CRL says so (BR 4.9.1.1). The one carried out comes first. Null: there is none.
     */
    async furtherDeclaration(spkiSha256: string, besides: Id): Promise<Id | null> {
      const rows = await tx
        .select({ id: o.id, state: o.state })
        .from(o)
        .innerJoin(c, eq(c.id, o.certificateId))
        .where(
          and(
            eq(c.spkiSha256, spkiSha256),
            eq(o.reason, "keyCompromise"),
            ne(o.id, besides),
            or(eq(o.state, "DONE"), and(eq(o.state, "PLANNED"), ne(o.origin, "shared-key"))),
          ),
        )
        .orderBy(asc(o.id));
      return (rows.find(({ state }) => state === "DONE") ?? rows[0])?.id ?? null;
    },

    /** What is planned for other certificates of the key rests on another declaration from now on. */
    async moveResting(from: Id, to: Id): Promise<void> {
      await tx
        .update(o)
        .set({ originId: to, version: sql`${o.version} + 1` })
        .where(and(eq(o.originId, from), eq(o.origin, "shared-key"), eq(o.state, "PLANNED")));
    },

    async add(orders: readonly StoredOrder[]): Promise<void> {
      await insertRows(tx, "revocation.orders", o, orders);
    },

    /** Those of these orders that are still PLANNED, the most urgent first. */
    async planned(ids: readonly Id[]): Promise<StoredOrder[]> {
      return tx
        .select()
        .from(o)
        .where(and(inArray(o.id, [...ids]), eq(o.state, "PLANNED")))
        .orderBy(asc(o.executeAt), asc(o.id));
    },

    /** PLANNED → DONE, if nobody else was first. */
    async done(id: Id, at: Temporal.Instant): Promise<boolean> {
      const moved = await tx
        .prepared("revocation.done", (d) =>
          d
            .update(o)
            .set({
              state: "DONE",
              openFor: sql`null`,
              doneAt: sql`${sql.param(sql.placeholder("at"), o.doneAt)}`,
              version: sql`${o.version} + 1`,
            })
            .where(and(eq(o.id, sql.placeholder("id")), eq(o.state, "PLANNED")))
            .returning({ id: o.id })
            .prepare(),
        )
        .execute({ id, at });
      return moved.length === 1;
    },

    /** PLANNED → CANCELLED; false when it is not planned any more. */
    async cancel(id: Id, actor: Actor, reason: string): Promise<boolean> {
      const moved = await tx
        .update(o)
        .set({
          state: "CANCELLED",
          openFor: null,
          cancelledBy: stampOf(actor).actorName,
          cancelReason: reason,
          version: sql`${o.version} + 1`,
        })
        .where(and(eq(o.id, id), eq(o.state, "PLANNED")))
        .returning({ id: o.id });
      return moved.length === 1;
    },

    /** An order that this transaction has claimed, of a certificate that expired first: nothing was revoked. */
    async lapse(id: Id, actor: Actor): Promise<void> {
      await tx
        .update(o)
        .set({
          state: "CANCELLED",
          doneAt: null,
          cancelledBy: stampOf(actor).actorName,
          cancelReason: EXPIRED,
        })
        .where(and(eq(o.id, id), eq(o.state, "DONE")));
    },

    /** The newest order of a certificate. */
    async latest(certificateId: Id): Promise<StoredOrder | null> {
      const [row] = await tx
        .select()
        .from(o)
        .where(eq(o.certificateId, certificateId))
        .orderBy(desc(o.id))
        .limit(1);
      return row ?? null;
    },

    /** A line in the timeline of each request that a certificate came from. */
    async note(
      certificates: readonly RevocableCertificate[],
      kind: RequestEvent,
      actor: Actor,
      at: Temporal.Instant,
      reasonOf: (certificate: RevocableCertificate) => string | null,
    ): Promise<void> {
      const { actorKind, actorName } = stampOf(actor);
      const rows = certificates.flatMap((certificate) => {
        const { request } = certificate;
        if (!request) return [];
        const reason = reasonOf(certificate);
        const { id: requestId, subscriberId } = request;
        return [{ id: newId(), requestId, subscriberId, kind, at, actorKind, actorName, reason }];
      });
      await insertRows(tx, "revocation.events", requestEvents, rows);
    },
  };
};
