import { and, desc, eq, gte, lte } from "drizzle-orm";
import type { Executor, Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import { newId } from "../kernel/ids.ts";
import type { Contract } from "./contract.ts";
import { contractTables } from "./tables.ts";

/** The contract of a subscriber that is in force on a day (Japanese time); null when there is none. */
export async function contractInForce(
  on: Reader,
  tenant: Tenant,
  day: Temporal.PlainDate,
): Promise<Contract | null> {
  const { contracts: c } = contractTables(on.columns);
  const [row] = await on
    .select({ startsOn: c.startsOn, endsOn: c.endsOn, commitment: c.commitment })
    .from(c)
    .where(and(eq(c.subscriberId, tenant), lte(c.startsOn, day), gte(c.endsOn, day)))
    .orderBy(desc(c.startsOn))
    .limit(1);
  return row ?? null;
}

/** Writes a contract of a subscriber. */
export async function addContract(
  tx: Executor,
  tenant: Tenant,
  contract: Contract,
  now: Temporal.Instant,
): Promise<void> {
  const { contracts } = contractTables(tx.columns);
  await tx.insert(contracts).values({ id: newId(), subscriberId: tenant, ...contract, createdAt: now });
}
