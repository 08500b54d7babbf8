import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { identityLapsesAt } from "../rules/index.ts";
import type { LEGAL_FORMS } from "./organization.ts";
import { organizationStore } from "./store.ts";

export interface OrganizationDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** What the desk writes down about an applicant organisation. Names are stored as the registry has them. */
export interface OrganizationEntry {
  readonly nameJa: string;
  readonly nameEn: string | null;
  readonly legalForm: (typeof LEGAL_FORMS)[number];
  readonly registryNumber: string | null;
  readonly mainPhone: string;
  readonly representativeName: string;
  readonly postalCode: string;
  readonly prefecture: string;
  readonly localityJa: string;
  readonly localityEn: string | null;
  readonly street: string;
  readonly evEnabled: boolean;
  readonly evCategory: string | null;
  readonly responsiblePerson: {
    readonly name: string;
    readonly kana: string;
    readonly department: string | null;
    readonly title: string | null;
    readonly phone: string | null;
    readonly email: string | null;
  };
}

/**
 * Registers an applicant organisation (申請法人) with its responsible person. Whoever registers it on the desk states
 * that its record was checked now: it may stand in subjects until the identity reuse limit (BR 4.2.1).
 */
export async function registerOrganization(
  deps: OrganizationDeps,
  actor: Actor,
  tenant: Tenant,
  entry: OrganizationEntry,
): Promise<Id> {
  const now = deps.clock.now();
  const id = newId();
  const { responsiblePerson, ...organization } = entry;
  await deps.db.transact(async (tx) => {
    const store = organizationStore(tx, tenant);
    await store.subscriber();
    await store.addOrganization({
      id,
      ...organization,
      country: "JP",
      state: "VETTED",
      vettedAt: now,
      vettedUntil: identityLapsesAt(now),
      createdAt: now,
      version: 1,
    });
    await store.addResponsiblePerson({ id: newId(), organizationId: id, ...responsiblePerson });
    await appendAudit(tx, [
      {
        tenant,
        at: now,
        actor,
        action: "organization.registered",
        subject: { kind: "organization", id },
        details: { nameJa: entry.nameJa, evEnabled: entry.evEnabled },
      },
    ]);
  });
  return id;
}
