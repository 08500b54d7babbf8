import { and, eq, sql } from "drizzle-orm";
import { appendAudit } from "../audit/index.ts";
import { authorityTables } from "../authority/tables.ts";
import type { Database, Reader } from "../db/index.ts";
import { type OperatorActor, type StaffActor, tenantOf } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { organizationTables } from "../organizations/tables.ts";
import { isInForce } from "./client-certificate.ts";
import { ADMITTED_OPERATOR_STATES, type HolderKind } from "./operator.ts";
import { operatorStore } from "./store.ts";
import { operatorTables } from "./tables.ts";

export interface AdmissionDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * Who is let in with a certificate, asked of the database every time: nothing is remembered, so that whoever is
 * suspended, removed or disabled, by any process, is out with their next request. Known by fingerprint alone, never by
 * a name or a mail address (safety.md 2).
 */
export interface Admission {
  readonly holder: HolderKind;
  /** The holder as an actor, or null; an operator's first visit makes them ACTIVE. */
  admit(fingerprint: string): Promise<OperatorActor | StaffActor | null>;
  /** The same question without a visit: for connections that stay open. */
  isStillAdmitted(fingerprint: string): Promise<boolean>;
}

/** An operator's certificate opens the operator site, in the name of the operator's own subscriber. */
export function operatorAdmission(deps: AdmissionDeps): Admission {
  return {
    holder: "operator",
    async admit(fingerprint) {
      const found = await admittedOperator(deps, fingerprint);
      if (found?.state === "CERTIFICATE_READY") await recordFirstVisit(deps, found.actor);
      return found?.actor ?? null;
    },
    isStillAdmitted: async (fingerprint) => (await admittedOperator(deps, fingerprint)) !== null,
  };
}

/** A staff member's certificate opens the desk. */
export function staffAdmission(deps: AdmissionDeps): Admission {
  return {
    holder: "staff",
    admit: (fingerprint) => admittedStaff(deps, fingerprint),
    isStillAdmitted: async (fingerprint) => (await admittedStaff(deps, fingerprint)) !== null,
  };
}

async function admittedOperator({ db, clock }: AdmissionDeps, fingerprint: string) {
  const [row] = await operatorByFingerprint(db.read).execute({ fingerprint });
  if (!row || !isInForce(row, "operator", clock.now())) return null;
  if (!ADMITTED_OPERATOR_STATES.includes(row.state) || row.subscriberState !== "ACTIVE") return null;
  const actor: OperatorActor = {
    kind: "operator",
    operatorId: row.operatorId,
    personId: row.personId,
    name: row.name,
    tenant: tenantOf(row.subscriberId),
    fingerprint,
  };
  return { actor, state: row.state };
}

async function admittedStaff({ db, clock }: AdmissionDeps, fingerprint: string): Promise<StaffActor | null> {
  const [row] = await staffByFingerprint(db.read).execute({ fingerprint });
  if (!row || !isInForce(row, "staff", clock.now()) || row.state !== "ACTIVE") return null;
  return { kind: "staff", staffId: row.staffId, name: row.name, roles: row.roles, fingerprint };
}

async function recordFirstVisit({ db, clock }: AdmissionDeps, actor: OperatorActor): Promise<void> {
  const at = clock.now();
  await db.transact(async (tx) => {
    // Two requests of one page may both be the first; one of them writes it down.
    const moved = await operatorStore(tx, actor.tenant).move(actor.operatorId, "CERTIFICATE_READY", "ACTIVE");
    if (!moved) return;
    const subject = { kind: "operator", id: actor.operatorId };
    await appendAudit(tx, [{ tenant: actor.tenant, at, actor, action: "operator.activated", subject }]);
  });
}

function operatorByFingerprint(on: Reader) {
  const { operators: o, clientCertificates: cc } = operatorTables(on.columns);
  const { certificates: c, issuers: i } = authorityTables(on.columns);
  const { subscribers: s, people: p } = organizationTables(on.columns);
  return on.prepared("operators.operator-by-fingerprint", (d) =>
    d
      .select({
        removedAt: cc.removedAt,
        certificateState: c.state,
        profile: c.profile,
        issuerRole: i.role,
        notBefore: c.notBefore,
        notAfter: c.notAfter,
        operatorId: o.id,
        state: o.state,
        subscriberId: o.subscriberId,
        subscriberState: s.state,
        personId: p.id,
        name: p.name,
      })
      .from(cc)
      .innerJoin(c, and(eq(c.id, cc.certificateId), eq(c.fingerprint, cc.fingerprint)))
      .innerJoin(i, eq(i.id, c.issuerId))
      .innerJoin(o, and(eq(o.id, cc.holderId), eq(cc.holderKind, "operator")))
      .innerJoin(s, eq(s.id, o.subscriberId))
      .innerJoin(p, eq(p.id, o.personId))
      .where(eq(cc.fingerprint, sql.placeholder("fingerprint")))
      .prepare(),
  );
}

function staffByFingerprint(on: Reader) {
  const { staff: s, clientCertificates: cc } = operatorTables(on.columns);
  const { certificates: c, issuers: i } = authorityTables(on.columns);
  return on.prepared("operators.staff-by-fingerprint", (d) =>
    d
      .select({
        removedAt: cc.removedAt,
        certificateState: c.state,
        profile: c.profile,
        issuerRole: i.role,
        notBefore: c.notBefore,
        notAfter: c.notAfter,
        staffId: s.id,
        state: s.state,
        name: s.name,
        roles: s.roles,
      })
      .from(cc)
      .innerJoin(c, and(eq(c.id, cc.certificateId), eq(c.fingerprint, cc.fingerprint)))
      .innerJoin(i, eq(i.id, c.issuerId))
      .innerJoin(s, and(eq(s.id, cc.holderId), eq(cc.holderKind, "staff")))
      .where(eq(cc.fingerprint, sql.placeholder("fingerprint")))
      .prepare(),
  );
}
