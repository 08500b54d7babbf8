import { and, eq, isNotNull, sql } from "drizzle-orm";
import { among, type Executor, type Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { authorityTables } from "./tables.ts";

/** A key that somebody says is compromised, by the SHA-256 of its SubjectPublicKeyInfo in hex. */
export interface ReportedKey {
  readonly spkiSha256: string;
  /** How it is known; kept with the key. */
  readonly evidence: string;
  readonly reportedAt: Temporal.Instant;
  /** The order in which the subscriber itself said so, without a proof; null: proven, or found by the issuer. */
  readonly declaredIn: Id | null;
}

/**
 * Remembers a compromised key, which is refused in every tenant from now on (BR 6.1.1.3). The first report stands,
 * except that what was only declared becomes what is proven: from then on nobody takes it back.
 *
 * One statement, which waits for whoever is taking the declaration back at this moment: where they free the key, it is
 * remembered anew.
 */
export async function reportCompromisedKey(tx: Executor, key: ReportedKey): Promise<void> {
  const { compromisedKeys: k } = authorityTables(tx.columns);
  // A further declaration changes nothing, but must not pass the row by as "do nothing" would.
  const said =
    key.declaredIn === null
      ? { evidence: key.evidence, declaredIn: null }
      : { evidence: sql<string>`${k.evidence}` };
  await tx
    .insert(k)
    .values(key)
    .onConflictDoUpdate({
      target: k.spkiSha256,
      set: said,
      setWhere: isNotNull(k.declaredIn),
    });
}

/**
 * Those of these keys that are blocked, held until the transaction ends: nobody takes one back meanwhile, and whoever
 * was about to has done so.
 */
export async function holdBlockedKeys(tx: Executor, spkiSha256s: readonly string[]): Promise<Set<string>> {
  if (spkiSha256s.length === 0) return new Set();
  const { compromisedKeys: k } = authorityTables(tx.columns);
  // An update that changes nothing is a lock on both engines.
  const held = await tx
    .update(k)
    .set({ evidence: sql`${k.evidence}` })
    .where(among(tx.columns, k.spkiSha256, [...new Set(spkiSha256s)]))
    .returning({ spkiSha256: k.spkiSha256 });
  return new Set(held.map(({ spkiSha256 }) => spkiSha256));
}

/** Takes back a key that was declared in this order and never proven; false where it was not, or is proven since. */
export async function releaseDeclaredKey(tx: Executor, spkiSha256: string, declaredIn: Id): Promise<boolean> {
  const { compromisedKeys: k } = authorityTables(tx.columns);
  const released = await tx
    .delete(k)
    .where(and(eq(k.spkiSha256, spkiSha256), eq(k.declaredIn, declaredIn)))
    .returning({ spkiSha256: k.spkiSha256 });
  return released.length === 1;
}

/** The key stays blocked, on another declaration from now on; false where it does not rest on `from` any more. */
export async function moveDeclaration(
  tx: Executor,
  spkiSha256: string,
  { from, to }: { readonly from: Id; readonly to: Id },
): Promise<boolean> {
  const { compromisedKeys: k } = authorityTables(tx.columns);
  const moved = await tx
    .update(k)
    .set({ declaredIn: to })
    .where(and(eq(k.spkiSha256, spkiSha256), eq(k.declaredIn, from)))
    .returning({ spkiSha256: k.spkiSha256 });
  return moved.length === 1;
}

/** The order in which a blocked key was declared; null where it is proven, or not blocked at all. */
export async function declarationOfKey(on: Reader, spkiSha256: string): Promise<Id | null> {
  const { compromisedKeys: k } = authorityTables(on.columns);
  const [key] = await on.select({ declaredIn: k.declaredIn }).from(k).where(eq(k.spkiSha256, spkiSha256));
  return key?.declaredIn ?? null;
}

/** Which of these keys (SHA-256 of SubjectPublicKeyInfo, hex) were ever reported compromised, by whomever? (BR 6.1.1.3) */
export async function compromisedAmong(on: Reader, spkiSha256s: readonly string[]): Promise<Set<string>> {
  if (spkiSha256s.length === 0) return new Set();
  const { compromisedKeys: k } = authorityTables(on.columns);
  const rows = await on
    .select({ spkiSha256: k.spkiSha256 })
    .from(k)
    .where(among(on.columns, k.spkiSha256, [...new Set(spkiSha256s)]));
  return new Set(rows.map(({ spkiSha256 }) => spkiSha256));
}

/** Is this key (SHA-256 of its SubjectPublicKeyInfo, hex) blocked in every tenant, declared or proven (BR 6.1.1.3)? */
export async function isKeyCompromised(on: Reader, spkiSha256: string): Promise<boolean> {
  return (await compromisedAmong(on, [spkiSha256])).size > 0;
}
