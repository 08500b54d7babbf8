import type { StaffActor } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import type { RevocationDeps } from "../revoke-certificates.ts";
import { type MassDetail, showMass } from "./pages.ts";
import type { StoredMass } from "./store.ts";

/** What the page of a case says first. */
type Headline =
  | "OVERDUE"
  | "REVOKING"
  | "WAITING"
  | "DRILLING"
  | "DRILLED"
  | "OTHER_EYES"
  | "REVOKED"
  | "CLOSED"
  | "ABANDONED";

/** How long a case took, and whether that was in time; null until everything is revoked. */
interface Outcome {
  readonly elapsed: { readonly days: number; readonly hours: number; readonly minutes: number };
  readonly inTime: boolean;
}

/** A case on the desk, with what this visitor may do about it. */
export interface MassPage extends MassDetail {
  readonly headline: Headline | null;
  readonly outcome: Outcome | null;
  /** Set going at least: there are numbers to show, and a report. */
  readonly begun: boolean;
  /** Four eyes: whoever registered it does not set it going. */
  readonly mayStart: boolean;
  readonly mayExecute: boolean;
  readonly mayAbandon: boolean;
  readonly mayClose: boolean;
}

/** The page of one case. Problem: not-found */
export async function massPage(
  { db, clock }: Pick<RevocationDeps, "db" | "clock">,
  actor: StaffActor,
  id: Id,
): Promise<MassPage> {
  const now = clock.now();
  const detail = await showMass(db.read, id, now);
  if (detail === null) throw new Problem("not-found");
  const { mass } = detail;
  const isAdministrator = actor.roles.includes("ADMINISTRATOR");
  const mayStart = isAdministrator && mass.state === "DRAFT" && mass.createdBy !== actor.staffId;
  const waits = mass.state === "RUNNING" && !mass.drill && isAfter(mass.executeAt, now);
  return {
    ...detail,
    headline: headlineOf(mass, mayStart, now),
    outcome: outcomeOf(mass),
    begun: mass.state !== "DRAFT" && mass.state !== "ABANDONED",
    mayStart,
    mayExecute: isAdministrator && waits,
    mayAbandon: isAdministrator && mass.state === "DRAFT",
    mayClose: isAdministrator && mass.state === "REVOKED",
  };
}

const isAfter = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) > 0;

function headlineOf(mass: StoredMass, mayStart: boolean, now: Temporal.Instant): Headline | null {
  const { state, drill, dueAt, executeAt } = mass;
  if (state === "DRAFT") return mayStart ? null : "OTHER_EYES";
  if (state === "REVOKED") return drill ? "DRILLED" : "REVOKED";
  if (state === "CLOSED" || state === "ABANDONED") return state;
  if (drill) return "DRILLING";
  if (isAfter(now, dueAt)) return "OVERDUE";
  return isAfter(executeAt, now) ? "WAITING" : "REVOKING";
}

function outcomeOf({ knownAt, dueAt, revokedAt }: StoredMass): Outcome | null {
  if (revokedAt === null) return null;
  const minutes = Math.max(0, Math.floor(knownAt.until(revokedAt).total("minutes")));
  return {
    elapsed: {
      days: Math.floor(minutes / 1440),
      hours: Math.floor(minutes / 60) % 24,
      minutes: minutes % 60,
    },
    inTime: !isAfter(revokedAt, dueAt),
  };
}
