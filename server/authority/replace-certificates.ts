import { and, eq, sql } from "drizzle-orm";
import type { Executor } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { authorityTables } from "./tables.ts";

/**
 * ACTIVE → REPLACED, each by a conditional update of its own: another certificate has its place. It stays valid until
 * it is revoked or ends. Gives those that this call moved.
 */
export async function replaceCertificates(tx: Executor, ids: readonly Id[]): Promise<readonly Id[]> {
  const { certificates: c } = authorityTables(tx.columns);
  const moved: Id[] = [];
  for (const id of ids) {
    const rows = await tx
      .prepared("authority.replace", (d) =>
        d
          .update(c)
          .set({ state: "REPLACED" })
          .where(and(eq(c.id, sql.placeholder("id")), eq(c.state, "ACTIVE")))
          .returning({ id: c.id })
          .prepare(),
      )
      .execute({ id });
    if (rows.length === 1) moved.push(id);
  }
  return moved;
}
