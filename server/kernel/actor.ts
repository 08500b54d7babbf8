import type { Id } from "./ids.ts";

/** A subscriber's id, handed to stores so that they see that subscriber's rows alone (加入者). */
export type Tenant = Id & { readonly __tenant: unique symbol };

/** Only where a tenant is first read from the database or made; everywhere else it is passed along. */
export const tenantOf = (subscriberId: Id): Tenant => subscriberId as Tenant;

export type StaffRole = "VETTER" | "VETTING_APPROVER" | "FINANCE" | "ADMINISTRATOR";

/** 申請サイト利用者: signs in with ID and password. */
export interface ApplicantActor {
  readonly kind: "applicant";
  readonly userId: Id;
  readonly personId: Id;
  readonly name: string;
  readonly tenant: Tenant;
  readonly mustChangePassword: boolean;
}

/** オペレーター: enters with a client certificate. */
export interface OperatorActor {
  readonly kind: "operator";
  readonly operatorId: Id;
  readonly personId: Id;
  readonly name: string;
  readonly tenant: Tenant;
  readonly fingerprint: string;
}

/** The issuing company's staff on the desk, entering with a client certificate. */
export interface StaffActor {
  readonly kind: "staff";
  readonly staffId: Id;
  readonly name: string;
  readonly roles: readonly StaffRole[];
  readonly fingerprint: string;
}

/** The system itself: jobs, recovery, first start. `name` says which part. */
export interface SystemActor {
  readonly kind: "system";
  readonly name: string;
}

export interface PublicActor {
  readonly kind: "public";
}

export type Actor = ApplicantActor | OperatorActor | StaffActor | SystemActor | PublicActor;

export const PUBLIC: PublicActor = { kind: "public" };
export const system = (name: string): SystemActor => ({ kind: "system", name });

/** How an actor is written into the audit log and the timeline. */
export interface ActorStamp {
  readonly actorKind: Actor["kind"];
  readonly actorId: Id | null;
  readonly actorName: string;
}

export function stampOf(actor: Actor): ActorStamp {
  switch (actor.kind) {
    case "applicant":
      return { actorKind: "applicant", actorId: actor.userId, actorName: actor.name };
    case "operator":
      return { actorKind: "operator", actorId: actor.operatorId, actorName: actor.name };
    case "staff":
      return { actorKind: "staff", actorId: actor.staffId, actorName: actor.name };
    case "system":
      return { actorKind: "system", actorId: null, actorName: actor.name };
    case "public":
      return { actorKind: "public", actorId: null, actorName: "public" };
  }
}
