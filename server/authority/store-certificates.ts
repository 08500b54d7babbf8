import { createHash } from "node:crypto";
import { type Executor, insertRows } from "../db/index.ts";
import { newId } from "../kernel/ids.ts";
import type { StoredCertificate } from "./authority.ts";
import { completeIntent } from "./intents.ts";
import type { SignedIntent } from "./sign-intent.ts";
import { authorityTables } from "./tables.ts";

/**
 * Stores what was signed, each certificate only while its intent is still this process's own. What recovery has taken
 * meanwhile is left out: its serial is revoked already and the signature is thrown away.
 * Problem: signature-mismatch.
 */
export async function storeSigned(
  tx: Executor,
  owner: string,
  signed: readonly SignedIntent[],
  at: Temporal.Instant,
): Promise<StoredCertificate[]> {
  const stored: StoredCertificate[] = [];
  for (const each of signed) {
    if (await completeIntent(tx, owner, each.intent, at)) stored.push(certificateOf(each));
  }
  const { certificates } = authorityTables(tx.columns);
  await insertRows(
    tx,
    "authority.certificates",
    certificates,
    stored.map(({ role: _, ...certificate }) => ({
      ...certificate,
      state: "ACTIVE" as const,
      revokedAt: null,
      revocationReason: null,
      createdAt: at,
    })),
  );
  return stored;
}

function certificateOf({ intent, der }: SignedIntent): StoredCertificate {
  const { issuerId, role, serial, profile, purpose, subscriberId, spkiSha256, notBefore, notAfter } = intent;
  return {
    id: newId(),
    issuerId,
    role,
    serial,
    profile,
    purpose,
    subscriberId,
    der,
    fingerprint: createHash("sha256").update(der).digest("hex"),
    spkiSha256,
    notBefore,
    notAfter,
  };
}
