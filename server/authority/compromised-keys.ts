import { and, eq, isNotNull } from "drizzle-orm";
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
 */
export async function reportCompromisedKey(tx: Executor, key: ReportedKey): Promise<void> {
  const { compromisedKeys: k } = authorityTables(tx.columns);
  await tx.insert(k).values(key).onConflictDoNothing();
  if (key.declaredIn !== null) return;
  await tx
    .update(k)
    .set({ evidence: key.evidence, declaredIn: null })
    .where(and(eq(k.spkiSha256, key.spkiSha256), isNotNull(k.declaredIn)));
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

export async function isKeyCompromised(on: Reader, spkiSha256: string): Promise<boolean> {
  return (await compromisedAmong(on, [spkiSha256])).size > 0;
}
