import type { ReportEvent, Urgency } from "../report.ts";

/** What a line of a report's timeline says besides its event. */
type StepNote =
  | { readonly kind: "words"; readonly words: string }
  | { readonly kind: "serial"; readonly serial: string }
  | { readonly kind: "certificates"; readonly count: string }
  | { readonly kind: "warning"; readonly which: "preliminary" | "decision"; readonly urgency: Urgency };

/** A line of the timeline. */
export interface ReportStep {
  readonly kind: ReportEvent;
  readonly at: Temporal.Instant;
  /** Who: the reporter and the product itself have no name of their own. */
  readonly by: { readonly role: "reporter" | "system" } | { readonly role: "person"; readonly name: string };
  readonly note: StepNote | null;
}

interface StoredStep {
  readonly kind: ReportEvent;
  readonly at: Temporal.Instant;
  readonly actorKind: string;
  readonly actorName: string;
  readonly note: string | null;
}

/** Reads a stored line, whose note is written differently by each kind of event. */
export function stepOf({ kind, at, actorKind, actorName, note }: StoredStep): ReportStep {
  const by: ReportStep["by"] =
    actorKind === "public"
      ? { role: "reporter" }
      : actorKind === "system"
        ? { role: "system" }
        : { role: "person", name: actorName };
  return { kind, at, by, note: note === null ? null : noteOf(kind, note) };
}

function noteOf(kind: ReportEvent, note: string): StepNote | null {
  switch (kind) {
    // The key stands above in full.
    case "KEY_BLOCKED":
      return null;
    case "REVOCATIONS_ORDERED":
      return { kind: "certificates", count: note };
    case "CERTIFICATE_ATTACHED":
    case "CERTIFICATE_DETACHED":
      return { kind: "serial", serial: note };
    case "WARNED": {
      const [which, urgency] = note.split(":");
      return {
        kind: "warning",
        which: which === "preliminary" ? which : "decision",
        urgency: (urgency ?? "SOON") as Urgency,
      };
    }
    default:
      return { kind: "words", words: note };
  }
}
