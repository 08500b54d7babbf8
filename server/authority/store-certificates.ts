import { hash } from "node:crypto";
import { type Executor, insertRows } from "../db/index.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { reversedName } from "../pki/index.ts";
import type { StoredCertificate } from "./authority.ts";
import { completeIntents, type Intent } from "./intents.ts";
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
  const intents = signed.map(({ intent }) => intent);
  const own = await completeIntents(tx, owner, intents, at);
  const stored = signed
    .filter(({ intent }) => own.has(intent.id))
    .map((each) => ({ intent: each.intent, certificate: certificateOf(each) }));
  const { certificates, certificateNames } = authorityTables(tx.columns);
  await insertRows(
    tx,
    "authority.certificates",
    certificates,
    stored.map(({ intent, certificate: { role: _, ...certificate } }) => ({
      ...certificate,
      ...calledBy(intent),
      crlPartition: intent.crlPartition,
      state: "ACTIVE" as const,
      revokedAt: null,
      revocationReason: null,
      statusChangedAt: null,
      createdAt: at,
    })),
  );
  await insertRows(
    tx,
    "authority.names",
    certificateNames,
    stored.flatMap(({ intent, certificate: { id, subscriberId } }) =>
      nameRows(id, subscriberId, intent.names),
    ),
  );
  return stored.map(({ certificate }) => certificate);
}

/** What lists call a certificate, out of what was ordered. */
export const calledBy = ({ names, subject }: Pick<Intent, "names" | "subject">) => ({
  commonName: names[0] ?? subject.find(({ type }) => type === "CN")?.value ?? "",
  nameCount: names.length,
});

/** The rows by which a certificate is found under its names. */
const nameRows = (certificateId: Id, subscriberId: Id | null, names: readonly string[]) =>
  names.map((name) => ({ certificateId, subscriberId, name, reversedName: reversedName(name) }));

function certificateOf({ intent, der }: SignedIntent): StoredCertificate {
  const {
    issuerId,
    role,
    serial,
    profile,
    purpose,
    subscriberId,
    organizationId,
    spkiSha256,
    notBefore,
    notAfter,
  } = intent;
  return {
    id: newId(),
    issuerId,
    role,
    serial,
    profile,
    purpose,
    subscriberId,
    organizationId,
    der,
    fingerprint: hash("sha256", der, "hex"),
    spkiSha256,
    notBefore,
    notAfter,
  };
}
