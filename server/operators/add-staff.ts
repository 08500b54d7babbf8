import { appendAudit } from "../audit/index.ts";
import { type Database, isUniqueViolation } from "../db/index.ts";
import type { Actor, StaffRole } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { staffStore } from "./store.ts";
import { operatorTables } from "./tables.ts";

/**
 * Registers a member of the issuing company's staff, who enters the desk once a certificate is issued.
 * The mail address is kept in lower case: in practice no two people have addresses that differ in case alone.
 * Problem: already-exists (the mail address).
 */
export async function addStaff(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  actor: Actor,
  entry: { readonly name: string; readonly email: string; readonly roles: readonly StaffRole[] },
): Promise<Id> {
  const at = clock.now();
  const id = newId();
  const { name, roles } = entry;
  const email = entry.email.toLowerCase();
  try {
    await db.transact(async (tx) => {
      await staffStore(tx).add({
        id,
        name,
        email,
        roles: [...roles],
        state: "ACTIVE",
        createdAt: at,
        version: 1,
      });
      const subject = { kind: "staff", id };
      await appendAudit(tx, [
        { tenant: "system", at, actor, action: "staff.added", subject, details: { name, email, roles } },
      ]);
    });
  } catch (error) {
    const { staff } = operatorTables(db.read.columns);
    if (isUniqueViolation(error, staff.email)) throw new Problem("already-exists", { field: email });
    throw error;
  }
  return id;
}
