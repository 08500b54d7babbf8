import { and, desc, eq, ne } from "drizzle-orm";
import type { Reader } from "../../db/index.ts";
import type { Actor, Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import type { RequestEvent } from "../request.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

/** Something that happened to a request, as both sites' front pages list it. */
export interface Activity {
  readonly requestId: Id;
  readonly commonName: string;
  readonly kind: RequestEvent;
  readonly at: Temporal.Instant;
  readonly actorKind: Actor["kind"];
  readonly actorName: string;
}

const SHOWN = 8;

/** The newest first. That issuing began is left out: how it ended follows at once. */
export async function latestActivity(on: Reader, tenant: Tenant): Promise<readonly Activity[]> {
  const { certificateRequests: r, requestEvents: e } = requestTables(on.columns);
  const rows = await on
    .select({
      requestId: e.requestId,
      commonName: r.commonName,
      kind: e.kind,
      at: e.at,
      actorKind: e.actorKind,
      actorName: e.actorName,
    })
    .from(e)
    .innerJoin(r, eq(r.id, e.requestId))
    .where(and(eq(e.subscriberId, tenant), ne(e.kind, "ISSUING")))
    .orderBy(desc(e.id))
    .limit(SHOWN);
  return rows.map((row) => ({
    ...row,
    commonName: displayName(row.commonName),
    actorKind: row.actorKind as Actor["kind"],
  }));
}
