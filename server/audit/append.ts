import { eq, sql } from "drizzle-orm";
import { type Executor, insertRows } from "../db/index.ts";
import { stampOf } from "../kernel/actor.ts";
import { newId } from "../kernel/ids.ts";
import { type AuditEntry, type ChainedEntry, entryHash, GENESIS } from "./entry.ts";
import { auditTables } from "./tables.ts";

/**
 * Appends entries to the chains of their tenants. Call it once, as the last thing before the transaction ends, with
 * everything the transaction has to say: the tenant's head row stays locked until COMMIT, and whoever locks it early
 * makes every other writer of that tenant wait. Heads are locked in the order of their tenants, so that two groups
 * cannot wait for each other.
 */
export async function appendAudit(tx: Executor, entries: readonly AuditEntry[]): Promise<void> {
  const chains = Map.groupBy(entries, ({ tenant }) => tenant as string);
  for (const tenant of [...chains.keys()].sort()) {
    await appendToChain(tx, tenant, chains.get(tenant) ?? []);
  }
}

async function appendToChain(tx: Executor, tenant: string, entries: readonly AuditEntry[]): Promise<void> {
  const end = await advanceHead(tx, tenant, entries.length);
  let previousHash = end.hash;
  let sequence = end.sequence - entries.length;
  const rows = entries.map((entry) => {
    sequence += 1;
    const chained = chainedEntry(entry, tenant, sequence, previousHash);
    previousHash = entryHash(chained);
    return { ...chained, hash: previousHash };
  });
  const { auditEntries, auditHeads } = auditTables(tx.columns);
  await insertRows(tx, "audit.entries", auditEntries, rows);
  await tx
    .prepared("audit.head", (on) =>
      on
        .update(auditHeads)
        .set({ hash: sql`${sql.placeholder("hash")}` })
        .where(eq(auditHeads.tenant, sql.placeholder("tenant")))
        .prepare(),
    )
    .execute({ hash: previousHash, tenant });
}

function chainedEntry(
  { at, actor, action, subject, details = {} }: AuditEntry,
  tenant: string,
  sequence: number,
  previousHash: string,
): ChainedEntry {
  const { actorKind, actorId, actorName } = stampOf(actor);
  return {
    id: newId(),
    tenant,
    sequence,
    at,
    actorKind,
    actorId,
    // A lone surrogate would come back from the database as another character and break the hash.
    actorName: actorName.toWellFormed(),
    action,
    subjectKind: subject.kind,
    subjectId: subject.id.toWellFormed(),
    details,
    previousHash,
  };
}

/** Locks the head by moving it `count` ahead; the hash that comes back is still that of the entry before. */
async function advanceHead(
  tx: Executor,
  tenant: string,
  count: number,
): Promise<{ sequence: number; hash: string }> {
  const { auditHeads } = auditTables(tx.columns);
  const advance = () =>
    tx
      .prepared("audit.advance", (on) =>
        on
          .update(auditHeads)
          .set({ sequence: sql`${auditHeads.sequence} + ${sql.placeholder("count")}` })
          .where(eq(auditHeads.tenant, sql.placeholder("tenant")))
          .returning({ sequence: auditHeads.sequence, hash: auditHeads.hash })
          .prepare(),
      )
      .execute({ count, tenant });
  const [known] = await advance();
  if (known) return known;
  await tx.insert(auditHeads).values({ tenant, sequence: 0, hash: GENESIS }).onConflictDoNothing();
  const [begun] = await advance();
  if (!begun) throw new Error("the head of the audit chain vanished");
  return begun;
}
