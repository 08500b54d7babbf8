import { and, eq, inArray } from "drizzle-orm";
import type { Executor } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { type OnlineRole, REVOCATION_REASONS, type RevocationReason } from "./issuer.ts";
import { authorityTables } from "./tables.ts";

export interface Revocation {
  readonly certificateId: Id;
  readonly reason: RevocationReason;
  readonly at: Temporal.Instant;
}

/**
 * Revokes a certificate, finally. Whoever calls has decided that it may be, and publishes the CRL after the commit
 * (`publishCrl` with the role that comes back).
 *
 * A key reported compromised is remembered and refused in every tenant (BR 6.1.1.3). A certificate that is revoked
 * already changes only its reason, and only to keyCompromise, when the proof comes later (BR 4.9.1.1, 7.2.2).
 * Problem: not-found; certificate-not-revocable with the state REVOKED or EXPIRED.
 */
export async function revokeCertificate(
  tx: Executor,
  { certificateId, reason, at }: Revocation,
): Promise<OnlineRole> {
  const { certificates: c, issuers: i } = authorityTables(tx.columns);
  const [certificate] = await tx
    .select({
      state: c.state,
      notAfter: c.notAfter,
      spkiSha256: c.spkiSha256,
      reason: c.revocationReason,
      role: i.role,
    })
    .from(c)
    .innerJoin(i, eq(i.id, c.issuerId))
    .where(eq(c.id, certificateId));
  if (!certificate) throw new Problem("not-found");
  if (Temporal.Instant.compare(certificate.notAfter, at) < 0) {
    throw new Problem("certificate-not-revocable", { state: "EXPIRED" });
  }
  const later = certificate.state === "REVOKED";
  const wasCompromised = certificate.reason === REVOCATION_REASONS.keyCompromise;
  if (later && (reason !== "keyCompromise" || wasCompromised)) {
    throw new Problem("certificate-not-revocable", { state: "REVOKED" });
  }
  const changed = await tx
    .update(c)
    // The date of a revocation stays when its reason changes.
    .set({
      state: "REVOKED",
      revocationReason: REVOCATION_REASONS[reason],
      ...(later ? {} : { revokedAt: at }),
    })
    .where(
      and(eq(c.id, certificateId), later ? eq(c.state, "REVOKED") : inArray(c.state, ["ACTIVE", "REPLACED"])),
    )
    .returning({ id: c.id });
  if (changed.length === 0) throw new Problem("certificate-not-revocable", { state: "REVOKED" });
  if (reason === "keyCompromise") {
    await reportCompromisedKey(tx, certificate.spkiSha256, `certificate ${certificateId}`, at);
  }
  if (certificate.role === "CUSTOMER_ROOT")
    throw new Error("the root signs no certificates that are kept here");
  return certificate.role;
}

/** Remembers a compromised key by the SHA-256 of its SubjectPublicKeyInfo; the first report stands. */
export async function reportCompromisedKey(
  tx: Executor,
  spkiSha256: string,
  evidence: string,
  at: Temporal.Instant,
): Promise<void> {
  const { compromisedKeys } = authorityTables(tx.columns);
  await tx.insert(compromisedKeys).values({ spkiSha256, evidence, reportedAt: at }).onConflictDoNothing();
}
