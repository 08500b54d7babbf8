import { and, asc, desc, eq, gte, inArray, isNull, lt, notExists } from "drizzle-orm";
import type { CertificateState } from "../authority/index.ts";
import { authorityTables } from "../authority/tables.ts";
import type { Reader } from "../db/index.ts";
import type { StaffRole, Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { organizationTables } from "../organizations/tables.ts";
import type { HolderKind, OperatorState, StaffState } from "./operator.ts";
import { operatorTables } from "./tables.ts";

/** A client certificate as the desk sees it, the newest first. */
export interface ClientCertificateLine {
  readonly certificateId: Id;
  readonly serial: string;
  readonly fingerprint: string;
  readonly state: CertificateState;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  readonly removedAt: Temporal.Instant | null;
}

export interface OperatorLine {
  readonly id: Id;
  readonly subscriberId: Id;
  readonly subscriberName: string;
  readonly personId: Id;
  readonly name: string;
  readonly commonName: string;
  readonly email: string;
  readonly state: OperatorState;
  readonly createdAt: Temporal.Instant;
}

export interface StaffLine {
  readonly id: Id;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly StaffRole[];
  readonly state: StaffState;
  readonly createdAt: Temporal.Instant;
}

export interface ListOperators {
  readonly operators: readonly OperatorLine[];
}

export interface ShowOperator {
  readonly operator: OperatorLine;
  readonly certificates: readonly ClientCertificateLine[];
}

export interface ListStaff {
  readonly staff: readonly StaffLine[];
}

export interface ShowStaff {
  readonly member: StaffLine;
  readonly certificates: readonly ClientCertificateLine[];
}

/** The operators of one subscriber, or (null, for the desk alone) of all, by subscriber and common name. */
export async function listOperators(on: Reader, tenant: Tenant | null): Promise<ListOperators> {
  const { operators: o } = operatorTables(on.columns);
  const { subscribers: s } = organizationTables(on.columns);
  const operators = await operatorLines(on)
    .where(tenant === null ? undefined : eq(o.subscriberId, tenant))
    .orderBy(asc(s.name), asc(o.commonName));
  return { operators };
}

/** One operator with every certificate they ever had; null: none of this subscriber's. */
export async function showOperator(on: Reader, tenant: Tenant | null, id: Id): Promise<ShowOperator | null> {
  const { operators: o } = operatorTables(on.columns);
  const [operator] = await operatorLines(on).where(
    and(eq(o.id, id), tenant === null ? undefined : eq(o.subscriberId, tenant)),
  );
  return operator ? { operator, certificates: await certificatesOf(on, "operator", id) } : null;
}

/** The issuing company's staff by name. */
export async function listStaff(on: Reader): Promise<ListStaff> {
  const { staff: s } = operatorTables(on.columns);
  return { staff: await staffLines(on).orderBy(asc(s.name)) };
}

/** One staff member with every certificate they ever had. */
export async function showStaff(on: Reader, id: Id): Promise<ShowStaff | null> {
  const { staff: s } = operatorTables(on.columns);
  const [member] = await staffLines(on).where(eq(s.id, id));
  return member ? { member, certificates: await certificatesOf(on, "staff", id) } : null;
}

function operatorLines(on: Reader) {
  const { operators: o } = operatorTables(on.columns);
  const { subscribers: s, people: p } = organizationTables(on.columns);
  return on
    .select({
      id: o.id,
      subscriberId: o.subscriberId,
      subscriberName: s.name,
      personId: o.personId,
      name: p.name,
      commonName: o.commonName,
      email: o.email,
      state: o.state,
      createdAt: o.createdAt,
    })
    .from(o)
    .innerJoin(s, eq(s.id, o.subscriberId))
    .innerJoin(p, eq(p.id, o.personId))
    .$dynamic();
}

function staffLines(on: Reader) {
  const { staff: s } = operatorTables(on.columns);
  return on
    .select({
      id: s.id,
      name: s.name,
      email: s.email,
      roles: s.roles,
      state: s.state,
      createdAt: s.createdAt,
    })
    .from(s)
    .$dynamic();
}

async function certificatesOf(
  on: Reader,
  holderKind: HolderKind,
  holderId: Id,
): Promise<ClientCertificateLine[]> {
  const { clientCertificates: cc } = operatorTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  return on
    .select({
      certificateId: c.id,
      serial: c.serial,
      fingerprint: c.fingerprint,
      state: c.state,
      notBefore: c.notBefore,
      notAfter: c.notAfter,
      removedAt: cc.removedAt,
    })
    .from(cc)
    .innerJoin(c, eq(c.id, cc.certificateId))
    .where(and(eq(cc.holderKind, holderKind), eq(cc.holderId, holderId)))
    .orderBy(desc(cc.createdAt), desc(c.id));
}

/** An operator for whom somebody at the desk has to do something. */
export interface OperatorToAttend {
  readonly id: Id;
  readonly subscriberId: Id;
  readonly subscriberName: string;
  readonly name: string;
  readonly commonName: string;
  readonly state: OperatorState;
  /** The end of the last certificate; null: waiting for the first. */
  readonly notAfter: Temporal.Instant | null;
}

/** Operators waiting for a certificate, the longest first. */
export async function operatorsAwaitingCertificate(
  on: Reader,
  limit: number,
): Promise<readonly OperatorToAttend[]> {
  const { operators: o } = operatorTables(on.columns);
  const rows = await operatorLines(on)
    .where(inArray(o.state, ["REQUESTED", "CA_REVIEW"]))
    .orderBy(asc(o.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, notAfter: null }));
}

/** Operators in work whose last certificate ends before `until`, the most urgent first. */
export async function operatorsToRenew(
  on: Reader,
  until: Temporal.Instant,
  limit: number,
): Promise<readonly OperatorToAttend[]> {
  const { operators: o, clientCertificates: cc } = operatorTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const { subscribers: s, people: p } = organizationTables(on.columns);
  const held = and(eq(cc.holderKind, "operator"), eq(cc.holderId, o.id), isNull(cc.removedAt));
  const lasting = on
    .select({ id: cc.id })
    .from(cc)
    .innerJoin(c, eq(c.id, cc.certificateId))
    .where(and(held, eq(c.state, "ACTIVE"), gte(c.notAfter, until)));
  const rows = await on
    .select({
      id: o.id,
      subscriberId: o.subscriberId,
      subscriberName: s.name,
      name: p.name,
      commonName: o.commonName,
      state: o.state,
      notAfter: c.notAfter,
    })
    .from(o)
    .innerJoin(s, eq(s.id, o.subscriberId))
    .innerJoin(p, eq(p.id, o.personId))
    .innerJoin(cc, held)
    .innerJoin(c, eq(c.id, cc.certificateId))
    .where(
      and(
        inArray(o.state, ["CERTIFICATE_READY", "ACTIVE", "RENEWAL_DUE"]),
        lt(c.notAfter, until),
        notExists(lasting),
      ),
    )
    .orderBy(desc(c.notAfter))
    .limit(limit * 4);
  // Of several certificates that all end soon the last one counts.
  const last = new Map<Id, (typeof rows)[number]>();
  for (const row of rows) if (!last.has(row.id)) last.set(row.id, row);
  return [...last.values()].reverse().slice(0, limit);
}
