import { and, asc, eq, lt } from "drizzle-orm";
import type { Executor, Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import type { SubscriberPolicy } from "../organizations/index.ts";
import { organizationTables } from "../organizations/tables.ts";
import type { FactorKind } from "./account.ts";
import type { Sealed } from "./seal.ts";
import type { Factor, FactorActor, FactorOwner } from "./second-factor.ts";
import { accountTables } from "./tables.ts";

/** A passkey as it was registered (WebAuthn level 3, 4: credential record). Bytes are base64url. */
export interface PasskeyRecord {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly transports: readonly string[];
  readonly backedUp: boolean;
}

export type StoredFactor = Factor & { readonly lastUsedStep: number } & (
    | { readonly kind: "TOTP"; readonly secret: Sealed }
    | { readonly kind: "PASSKEY"; readonly secret: PasskeyRecord }
  );

export async function factorsOf(on: Reader, owner: FactorOwner): Promise<StoredFactor[]> {
  const { secondFactors: f } = accountTables(on.columns);
  const rows = await on
    .select()
    .from(f)
    .where(and(eq(f.ownerKind, owner.kind), eq(f.ownerId, owner.id)))
    .orderBy(asc(f.id));
  return rows.map((row) => row as unknown as StoredFactor);
}

/** The policy of an operator's subscriber; null for staff, who have none. */
export async function policyOf(on: Reader, actor: FactorActor): Promise<SubscriberPolicy | null> {
  if (actor.kind === "staff") return null;
  const { subscribers: s } = organizationTables(on.columns);
  const [row] = await on.select({ policy: s.policy }).from(s).where(eq(s.id, actor.tenant));
  return row?.policy ?? null;
}

export interface NewFactor {
  readonly id: Id;
  readonly kind: FactorKind;
  readonly name: string;
  readonly secret: Sealed | PasskeyRecord;
  readonly lastUsedStep: number;
}

/** The second factors of one operator or staff member. */
export const factorStore = (tx: Executor, owner: FactorOwner) => {
  const { secondFactors: f } = accountTables(tx.columns);
  const own = and(eq(f.ownerKind, owner.kind), eq(f.ownerId, owner.id));
  return {
    list: () => factorsOf(tx, owner),

    async add(factor: NewFactor, now: Temporal.Instant): Promise<void> {
      const { secret, ...rest } = factor;
      await tx.insert(f).values({
        ...rest,
        ownerKind: owner.kind,
        ownerId: owner.id,
        secret: { ...secret },
        createdAt: now,
        lastUsedAt: now,
      });
    },

    /** TOTP: takes a step, if no later or equal one was taken. False: this code has been used. */
    async takeStep(id: Id, step: number, now: Temporal.Instant): Promise<boolean> {
      const taken = await tx
        .update(f)
        .set({ lastUsedStep: step, lastUsedAt: now })
        .where(and(own, eq(f.id, id), lt(f.lastUsedStep, step)))
        .returning({ id: f.id });
      return taken.length === 1;
    },

    /** Passkey: moves the signature counter on from where it was read. False: another assertion came between. */
    async moveCounter(id: Id, from: number, to: number, now: Temporal.Instant): Promise<boolean> {
      const moved = await tx
        .update(f)
        .set({ lastUsedStep: to, lastUsedAt: now })
        .where(and(own, eq(f.id, id), eq(f.lastUsedStep, from)))
        .returning({ id: f.id });
      return moved.length === 1;
    },

    async remove(id: Id): Promise<boolean> {
      const removed = await tx
        .delete(f)
        .where(and(own, eq(f.id, id)))
        .returning({ id: f.id });
      return removed.length === 1;
    },
  };
};
