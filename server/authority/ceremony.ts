import { eq, isNull } from "drizzle-orm";
import { appendAudit } from "../audit/index.ts";
import type { Database, Executor, Reader } from "../db/index.ts";
import type { SystemActor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { ISSUER_ROLES, type IssuerRole, repositoryName } from "./issuer.ts";
import type { MadeHierarchies } from "./make-hierarchies.ts";
import { authorityTables } from "./tables.ts";

/** The record of key ceremonies: which key files a start has written, so that the next can judge what it finds. */
export interface CeremonyDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly step: (name: string) => Promise<void>;
}

export const keyNameOf = (role: IssuerRole, ceremony: Id): string => `${repositoryName(role)}-${ceremony}`;

const NAME = new RegExp(`^(${ISSUER_ROLES.map(repositoryName).join("|")})-([0-9a-f-]{36})$`);

/** Which ceremony wrote a key file, or null where it is no issuer's key. */
export function roleAndCeremonyOf(keyName: string): { readonly role: string; readonly ceremony: Id } | null {
  const [, role, ceremony] = NAME.exec(keyName) ?? [];
  return role === undefined || ceremony === undefined ? null : { role, ceremony };
}

export async function beginCeremony({ db, clock }: CeremonyDeps): Promise<Id> {
  const id = newId();
  await db.transact(async (tx) => {
    const { keyCeremonies } = authorityTables(tx.columns);
    await tx.insert(keyCeremonies).values({ id, begunAt: clock.now(), endedAt: null });
  });
  return id;
}

/** Ceremonies that never came to their end. */
export async function openCeremonies(on: Reader): Promise<Id[]> {
  const { keyCeremonies: k } = authorityTables(on.columns);
  const rows = await on.select({ id: k.id }).from(k).where(isNull(k.endedAt));
  return rows.map(({ id }) => id);
}

/** Makes the hierarchies true: issuers, their certificates, the root's CRL, the end of the ceremony. */
export async function endCeremony(
  tx: Executor,
  { ceremony, actor, made }: { ceremony: Id; actor: SystemActor; made: MadeHierarchies },
  step: CeremonyDeps["step"],
): Promise<void> {
  const { keyCeremonies: k, issuers, certificates, crls, crlParts } = authorityTables(tx.columns);
  const { at } = made;
  await tx.insert(issuers).values(made.issuers.map(({ row }) => row));
  await tx.insert(certificates).values([...made.certificates]);
  await tx.insert(crlParts).values([...made.rootCrl.parts]);
  await tx.insert(crls).values(made.rootCrl.crl);
  await tx.update(k).set({ endedAt: at }).where(eq(k.id, ceremony));
  await appendAudit(
    tx,
    made.certificates.map(({ issuerId, serial, purpose, fingerprint }) => ({
      tenant: "system" as const,
      at,
      actor,
      action: "issuer.created" as const,
      subject: { kind: "issuer", id: purpose },
      details: { issuerId, serial, fingerprint, ceremony },
    })),
  );
  await step("ceremony.before-commit");
}
