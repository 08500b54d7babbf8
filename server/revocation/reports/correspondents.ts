import { and, asc, eq, inArray, isNotNull } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import { tenantOf } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { operatorTables } from "../../operators/index.ts";
import { type Parties, partiesOf } from "../../requests/index.ts";
import { readSetting } from "../../settings/index.ts";

/**
 * Where the desk hears of reports and deadlines, day and night: the address of the settings, or as long as nobody has
 * set one, every member of staff.
 */
export async function deskAddresses(on: Reader): Promise<readonly string[]> {
  const address = await readSetting(on, "reportAddress");
  if (address !== null) return [address];
  const { staff } = operatorTables(on.columns);
  const rows = await on
    .select({ email: staff.email })
    .from(staff)
    .where(eq(staff.state, "ACTIVE"))
    .orderBy(asc(staff.id));
  return rows.map(({ email }) => email);
}

/** A subscriber with the serials of its certificates among `certificateIds`. */
export interface ConcernedSubscriber {
  readonly tenant: Id;
  readonly parties: Parties;
  readonly serials: readonly string[];
}

/** The subscribers whose certificates these are (BR 4.9.5: they are told as the reporter is). */
export async function subscribersOf(
  on: Reader,
  certificateIds: readonly Id[],
): Promise<readonly ConcernedSubscriber[]> {
  if (certificateIds.length === 0) return [];
  const { certificates: c } = authorityTables(on.columns);
  const rows = await on
    .select({ tenant: c.subscriberId, serial: c.serial })
    .from(c)
    .where(and(inArray(c.id, [...certificateIds]), isNotNull(c.subscriberId)))
    .orderBy(asc(c.subscriberId), asc(c.id));
  const subscribers: ConcernedSubscriber[] = [];
  for (const [tenant, theirs] of Map.groupBy(rows, (row) => row.tenant)) {
    if (tenant === null) continue;
    const parties = await partiesOf(on, tenantOf(tenant));
    subscribers.push({ tenant, parties, serials: theirs.map(({ serial }) => serial) });
  }
  return subscribers;
}
