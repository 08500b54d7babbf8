import { and, asc, eq } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import { system, type Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { displayName, requestTables } from "../../requests/index.ts";
import { type Ground, isCancellable, isSubscribersOwn } from "../revocation.ts";
import { revocationTables } from "../tables.ts";

/** A revocation that waits, as an operator sees it. */
export interface PlannedRevocation {
  readonly certificateId: Id;
  readonly commonName: string;
  readonly serial: string;
  readonly ground: Ground;
  readonly executeAt: Temporal.Instant;
  readonly mayCallOff: boolean;
}

/** The soonest of them, and whether there are others. */
export interface PlannedRevocations {
  readonly rows: readonly PlannedRevocation[];
  readonly more: boolean;
}

/** As many as a page shows; a mass revocation has pages of its own. */
const PLANNED_SHOWN = 20;

/** What is planned for a subscriber's certificates, the soonest first. */
export async function plannedRevocations(
  on: Reader,
  tenant: Tenant,
  now: Temporal.Instant,
): Promise<PlannedRevocations> {
  const { revocationOrders: o } = revocationTables(on.columns);
  const { certificates: c, compromisedKeys: k } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const rows = await on
    .select({ order: o, serial: c.serial, commonName: r.commonName, declaredIn: k.declaredIn })
    .from(o)
    .innerJoin(c, eq(c.id, o.certificateId))
    .innerJoin(r, eq(r.certificateId, c.id))
    .leftJoin(k, eq(k.spkiSha256, c.spkiSha256))
    .where(and(eq(o.subscriberId, tenant), eq(o.state, "PLANNED")))
    .orderBy(asc(o.executeAt), asc(o.id))
    .limit(PLANNED_SHOWN + 1);
  const shown = rows.slice(0, PLANNED_SHOWN).map(({ order, serial, commonName, declaredIn }) => ({
    certificateId: order.certificateId,
    commonName: displayName(commonName),
    serial,
    ground: order.ground,
    executeAt: order.executeAt,
    mayCallOff: isSubscribersOwn(order.origin) && isCancellable(order, declaredIn, system("revocation"), now),
  }));
  return { rows: shown, more: rows.length > PLANNED_SHOWN };
}
