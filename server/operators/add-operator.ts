import { appendAudit } from "../audit/index.ts";
import { type Database, type Executor, isUniqueViolation } from "../db/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { organizationStore } from "../organizations/index.ts";
import { freeCommonName, isOperatorCommonName } from "./operator.ts";
import { operatorStore } from "./store.ts";
import { operatorTables } from "./tables.ts";

/** What the desk writes down about a new operator (domain.md 2). */
export interface OperatorEntry {
  readonly name: string;
  readonly kana: string | null;
  readonly department: string | null;
  readonly phone: string | null;
  /** Personal: receives the operator's login and certificate information. */
  readonly email: string;
  /** 名前頭文字.苗字; a namesake gets the next free digits. */
  readonly commonName: string;
  /** Set where this human being is known already, as an applicant-site user: approver and requester are compared by it. */
  readonly personId: Id | null;
}

export interface AddedOperator {
  readonly operatorId: Id;
  readonly personId: Id;
  readonly commonName: string;
}

/**
 * Registers an operator, who waits for a certificate from then on.
 * Problems: not-found (no such subscriber, or the person is another's), operator-name-invalid, already-exists.
 */
export async function addOperator(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  actor: Actor,
  tenant: Tenant,
  entry: OperatorEntry,
): Promise<AddedOperator> {
  if (!isOperatorCommonName(entry.commonName)) {
    throw new Problem("operator-name-invalid", { name: entry.commonName });
  }
  const add = () => db.transact((tx) => storeOperator(tx, actor, tenant, entry, clock.now()));
  const { operators: o } = operatorTables(db.read.columns);
  const nameWasTaken = (error: unknown) => isUniqueViolation(error, o.subscriberId, o.commonName);
  try {
    return await add();
  } catch (error) {
    if (!nameWasTaken(error)) throw error;
  }
  // A namesake was added at the same moment: the second look sees them and takes the next digits.
  try {
    return await add();
  } catch (error) {
    if (nameWasTaken(error)) throw new Problem("already-exists", { field: entry.commonName });
    throw error;
  }
}

async function storeOperator(
  tx: Executor,
  actor: Actor,
  tenant: Tenant,
  entry: OperatorEntry,
  at: Temporal.Instant,
): Promise<AddedOperator> {
  const organization = organizationStore(tx, tenant);
  await organization.subscriber();
  const store = operatorStore(tx, tenant);
  const commonName = freeCommonName(entry.commonName, await store.commonNames());
  if (commonName === null) throw new Problem("already-exists", { field: entry.commonName });
  const { name, kana, department, phone, email } = entry;
  const personId =
    entry.personId ?? (await organization.addPerson({ name, kana, department, phone, email }, at));
  if (entry.personId !== null) await store.requireOwnPerson(entry.personId);
  const operatorId = newId();
  await store.add({
    id: operatorId,
    personId,
    commonName,
    email,
    state: "REQUESTED",
    createdAt: at,
    version: 1,
  });
  const subject = { kind: "operator", id: operatorId };
  const details = { commonName, email, personId };
  await appendAudit(tx, [{ tenant, at, actor, action: "operator.added", subject, details }]);
  return { operatorId, personId, commonName };
}
