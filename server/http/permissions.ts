import type { Actor, ApplicantActor, OperatorActor, StaffActor } from "../kernel/actor.ts";

/** Who a permission lets in, and as what. A route names exactly one; there is no default. */
export interface ActorFor {
  /** Everybody, signed in or not. */
  anyone: Actor;
  /** An applicant-site user whose password is their own. */
  applicant: ApplicantActor;
  /** The same, also while a temporary password still has to be changed. */
  "applicant-changing-password": ApplicantActor;
  operator: OperatorActor;
  staff: StaffActor;
  /** Staff who may make organisations, users, operators and staff. */
  administrator: StaffActor;
}

export type Permission = keyof ActorFor;

export const PERMISSIONS: Readonly<Record<Permission, (actor: Actor) => boolean>> = {
  anyone: () => true,
  applicant: (actor) => actor.kind === "applicant" && !actor.mustChangePassword,
  "applicant-changing-password": (actor) => actor.kind === "applicant",
  operator: (actor) => actor.kind === "operator",
  staff: (actor) => actor.kind === "staff",
  administrator: (actor) => actor.kind === "staff" && actor.roles.includes("ADMINISTRATOR"),
};
