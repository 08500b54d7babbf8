import { and, asc, eq, gt, lte, max } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import { entryHash, GENESIS } from "./entry.ts";
import { auditTables } from "./tables.ts";

/**
 * - altered: its content does not give its hash (also after two entries changed places).
 * - missing: a number is left out, or the chain ends before its head says so.
 * - replaced: its content gives its hash, but the next entry or the head was made after another one.
 * - unwitnessed: it lies beyond the head, or the chain has no head at all.
 */
export type AuditFault = "altered" | "missing" | "replaced" | "unwitnessed";

export interface AuditVerdict {
  /** How many entries were read and found whole. */
  readonly entries: number;
  /** The end of each whole chain. Kept elsewhere, it also betrays a chain that was rewritten from end to end. */
  readonly heads: readonly { readonly tenant: string; readonly sequence: number; readonly hash: string }[];
  readonly broken: {
    readonly tenant: string;
    readonly sequence: number;
    readonly fault: AuditFault;
  } | null;
}

const ROWS_A_PAGE = 1000;

/**
 * Reads every chain from its first entry to its head and stops at the first broken entry, in the order of tenants.
 * May run while others append: what came after the head was read is left to the next run.
 */
export async function verifyAudit(on: Reader): Promise<AuditVerdict> {
  const { auditEntries, auditHeads } = auditTables(on.columns);
  const known = await on.select().from(auditHeads).orderBy(asc(auditHeads.tenant));
  const heads: { tenant: string; sequence: number; hash: string }[] = [];
  let entries = 0;
  for (const head of known) {
    const fault = await verifyChain(on, head);
    if (fault) return { entries, heads, broken: { tenant: head.tenant, ...fault } };
    entries += head.sequence;
    heads.push(head);
  }
  const ends = await on
    .select({ tenant: auditEntries.tenant, last: max(auditEntries.sequence) })
    .from(auditEntries)
    .groupBy(auditEntries.tenant)
    .orderBy(asc(auditEntries.tenant));
  // Asked after the entries: a head only moves ahead, so whatever lies beyond it now was not appended by us.
  const now = new Map((await on.select().from(auditHeads)).map((head) => [head.tenant, head.sequence]));
  for (const { tenant, last } of ends) {
    const witnessed = now.get(tenant) ?? 0;
    if ((last ?? 0) > witnessed) {
      return { entries, heads, broken: { tenant, sequence: witnessed + 1, fault: "unwitnessed" } };
    }
  }
  return { entries, heads, broken: null };
}

async function verifyChain(
  on: Reader,
  head: { tenant: string; sequence: number; hash: string },
): Promise<{ sequence: number; fault: AuditFault } | null> {
  const { auditEntries: e } = auditTables(on.columns);
  let sequence = 0;
  let hash = GENESIS;
  while (sequence < head.sequence) {
    const page = await on
      .select()
      .from(e)
      .where(and(eq(e.tenant, head.tenant), gt(e.sequence, sequence), lte(e.sequence, head.sequence)))
      .orderBy(asc(e.sequence))
      .limit(ROWS_A_PAGE);
    if (page.length === 0) return { sequence: sequence + 1, fault: "missing" };
    for (const entry of page) {
      if (entry.sequence !== sequence + 1) return { sequence: sequence + 1, fault: "missing" };
      if (entryHash(entry) !== entry.hash) return { sequence: entry.sequence, fault: "altered" };
      if (entry.previousHash !== hash) return { sequence: Math.max(sequence, 1), fault: "replaced" };
      sequence = entry.sequence;
      hash = entry.hash;
    }
  }
  return hash === head.hash ? null : { sequence: Math.max(sequence, 1), fault: "replaced" };
}
