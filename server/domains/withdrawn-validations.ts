import { and, eq } from "drizzle-orm";
import { among, type Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { domainTables } from "./tables.ts";

/** Those of these validations that were withdrawn: what they showed is no longer to be relied upon (BR 4.2.1). */
export async function withdrawnAmong(on: Reader, validationIds: readonly Id[]): Promise<Set<Id>> {
  if (validationIds.length === 0) return new Set();
  const { domainValidations: v } = domainTables(on.columns);
  const rows = await on
    .select({ id: v.id })
    .from(v)
    .where(and(among(on.columns, v.id, [...new Set(validationIds)]), eq(v.state, "WITHDRAWN")));
  return new Set(rows.map(({ id }) => id));
}
