import { and, eq, ne } from "drizzle-orm";
import { liveKeyHolders } from "../authority/index.ts";
import { among, type Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { requestTables } from "./tables.ts";

interface Asked {
  /** Missing where nothing is filed yet. */
  readonly id?: Id;
  readonly subscriberId: Id;
  readonly spkiSha256: string;
}

/**
 * Is the key of a request another subscriber's already: in a certificate alive, or in one that is being issued at this
 * moment? Whoever holds a copy of a CSR could otherwise have a stranger's key certified under a name of their own,
 * declare it compromised, and so end the stranger's certificate and block the key for ever (BR 4.9.1.1 (3), 6.1.1.3).
 *
 * `amongIssuing` OLDER: of those that are being issued only an older request counts, for those that are being issued
 * themselves. Of two at the same moment one comes through then, and not none.
 *
 * What is being issued is asked first: it is a certificate before it ceases to be that, so that on PostgreSQL, where
 * each statement sees what was committed before it, nothing slips through between the two.
 */
export async function heldByOthers(
  on: Reader,
  asked: readonly Asked[],
  now: Temporal.Instant,
  { amongIssuing = "ALL" }: { readonly amongIssuing?: "ALL" | "OLDER" } = {},
): Promise<(one: Asked) => boolean> {
  // A CSR that could not be read has no key.
  const keys = [...new Set(asked.map(({ spkiSha256 }) => spkiSha256))].filter((key) => key !== "");
  const [subscriber, ...further] = new Set(asked.map(({ subscriberId }) => subscriberId));
  if (subscriber === undefined || keys.length === 0) return () => false;
  // Most groups have one customer, whose own certificates need not be read.
  const besides = further.length === 0 ? subscriber : null;
  const { certificateRequests: r } = requestTables(on.columns);
  const issuing = await on
    .select({ id: r.id, spkiSha256: r.spkiSha256, subscriberId: r.subscriberId })
    .from(r)
    .where(
      and(
        eq(r.state, "ISSUING"),
        among(on.columns, r.spkiSha256, keys),
        besides === null ? undefined : ne(r.subscriberId, besides),
      ),
    );
  const alive = await liveKeyHolders(on, keys, besides, now);
  const beingIssued = Map.groupBy(issuing, ({ spkiSha256 }) => spkiSha256);
  const counts = (other: Id, own: Id | undefined) =>
    amongIssuing === "ALL" || own === undefined || other < own;
  return ({ id, spkiSha256, subscriberId }) =>
    [...(alive.get(spkiSha256) ?? [])].some((holder) => holder !== subscriberId) ||
    (beingIssued.get(spkiSha256) ?? []).some(
      (request) => request.subscriberId !== subscriberId && counts(request.id, id),
    );
}
