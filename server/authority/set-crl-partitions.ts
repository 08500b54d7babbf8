import { and, eq, lt } from "drizzle-orm";
import { appendAudit } from "../audit/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { AuthorityDeps } from "./authority.ts";
import { publishCrl } from "./crl.ts";
import { MOST_CRL_PARTITIONS, type OnlineRole } from "./issuer.ts";
import { issuerOf } from "./issuers.ts";
import { authorityTables } from "./tables.ts";

/**
 * Spreads an issuer's new certificates over so many partitions of its CRL (0: the complete CRL alone). Certificates
 * that exist keep the partition that they name, so partitions are never fewer than there ever were; they are published
 * before the first certificate can name them.
 */
export async function setCrlPartitions(
  deps: AuthorityDeps,
  actor: Actor,
  role: OnlineRole,
  partitions: number,
): Promise<void> {
  if (!Number.isInteger(partitions) || partitions < 0 || partitions > MOST_CRL_PARTITIONS) {
    throw new RangeError(`${partitions} partitions of a CRL`);
  }
  const { issuers: i } = authorityTables(deps.db.read.columns);
  const { id, crlPartitionsEver } = await issuerOf(deps.db.read, role);
  if (partitions > crlPartitionsEver) {
    await deps.db.transact(async (tx) => {
      // Another process may have set more meanwhile: then those stay published.
      await tx
        .update(i)
        .set({ crlPartitionsEver: partitions })
        .where(and(eq(i.id, id), lt(i.crlPartitionsEver, partitions)));
    });
    await publishCrl(deps, role);
  }
  await deps.db.transact(async (tx) => {
    await tx.update(i).set({ crlPartitions: partitions }).where(eq(i.id, id));
    await appendAudit(tx, [
      {
        tenant: "system",
        at: deps.clock.now(),
        actor,
        action: "crl.partitions-set",
        subject: { kind: "issuer", id },
        details: { role, partitions },
      },
    ]);
  });
}
