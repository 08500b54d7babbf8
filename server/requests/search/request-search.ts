import { and, eq, type SQL, sql } from "drizzle-orm";
import { aside, beginning, type Reader, type Search, type Track } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { REQUEST_STATES, type RequestState } from "../request.ts";
import { requestTables } from "../tables.ts";
import { namesTrack } from "./certificate-search.ts";
import { searchTerm } from "./search-term.ts";

export interface RequestFilters {
  readonly state: RequestState | null;
  /** As typed: a name, how it begins, a domain, a receipt number or how it begins; empty for all. */
  readonly search: string;
  /** A queue: the oldest first. A search for names is ordered by name all the same. */
  readonly oldestFirst?: boolean;
}

/** The filters as a search along indexes. */
export function requestSearch(on: Reader, tenant: Tenant, filters: RequestFilters): Search<RequestState> {
  const { certificateRequests: r, requestNames: n } = requestTables(on.columns);
  const { state, search, oldestFirst = false } = filters;
  const mine = eq(r.subscriberId, tenant);
  const along = (where: SQL | undefined, column: Track["key"][number]["column"] = r.id): Track => ({
    from: r,
    where: and(mine, where),
    key: [{ column }],
    direction: oldestFirst ? "rising" : "falling",
  });
  const classes = Object.fromEntries(
    REQUEST_STATES.map((one) => [one, sql`${aside(r.state)} = ${one}`]),
  ) as Record<RequestState, SQL>;
  const plain = {
    ...Object.fromEntries(REQUEST_STATES.map((one) => [one, { track: along(eq(r.state, one)) }])),
    all: { track: along(undefined) },
  } as NonNullable<Search<RequestState>["plain"]>;
  const term = searchTerm(search);
  const whole = term.kind === "all";
  const found = term.kind === "name" ? namesTrack(namesOf(n), { tenant }, term) : null;
  const base =
    found?.track ??
    (whole
      ? plain.all.track
      : // Receipt numbers begin with their day, so that their order is that of time.
        term.kind === "receipt"
        ? { ...along(undefined, r.receiptNumber), ...beginning(term.key) }
        : along(sql`1 = 0`, r.receiptNumber));
  const chosenByTrack = whole && state !== null;
  return {
    table: r,
    id: r.id,
    track: chosenByTrack ? plain[state].track : base,
    base,
    names: found?.names ?? null,
    ways: state === null ? [] : [{ where: and(mine, eq(r.state, state)) ?? mine, of: state }],
    filter: found === null ? undefined : sql`${aside(r.subscriberId)} = ${tenant}`,
    classes,
    chosen: state,
    chosenByTrack,
    plain: whole ? plain : null,
  };
}

const namesOf = (n: ReturnType<typeof requestTables>["requestNames"]) => ({
  table: n,
  owner: n.requestId,
  tenant: n.subscriberId,
  name: n.name,
  reversedName: n.reversedName,
});
