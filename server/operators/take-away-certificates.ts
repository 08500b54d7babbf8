import { type RevocationReason, revokeCertificate } from "../authority/index.ts";
import type { Executor } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { isProblem } from "../kernel/problem.ts";
import type { HolderKind } from "./operator.ts";
import { clientCertificateStore } from "./store.ts";

/**
 * Takes every certificate of a holder away, so that none opens anything any more, and revokes those that still can be.
 * Gives their fingerprints. The CRL follows by itself within minutes; admission asks the database, not the CRL.
 */
export async function takeAwayCertificates(
  tx: Executor,
  holder: { readonly kind: HolderKind; readonly id: Id },
  reason: RevocationReason,
  at: Temporal.Instant,
): Promise<string[]> {
  const taken = await clientCertificateStore(tx, holder.kind, holder.id).removeAll(at);
  for (const { certificateId } of taken) {
    try {
      await revokeCertificate(tx, { certificateId, reason, at });
    } catch (error) {
      // Expired or revoked before: there is nothing left to revoke.
      if (!isProblem(error, "certificate-not-revocable")) throw error;
    }
  }
  return taken.map(({ fingerprint }) => fingerprint);
}
