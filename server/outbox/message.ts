import type { Tenant } from "../kernel/actor.ts";
import type { Language } from "../kernel/languages.ts";

/** QUEUED → SENDING → SENT; FAILED: the server refused it for good; ABANDONED: too many temporary failures. */
export const MESSAGE_STATES = ["QUEUED", "SENDING", "SENT", "FAILED", "ABANDONED"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** A mail as a use case hands it in. Addresses are `name@example.jp` or `Name <name@example.jp>`. */
export interface Mail {
  /** Which mail of domain.md 6, in lower case with hyphens: `request-submitted`. */
  readonly kind: string;
  readonly at: Temporal.Instant;
  readonly tenant: Tenant | null;
  /** What it tells about, to be found again from there. */
  readonly about: { readonly kind: string; readonly id: string };
  readonly language: Language;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly replyTo?: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** For a mail with a secret in it: what remains of the text after it was sent or given up. */
  readonly textToKeep?: string;
}

/** Some thirty hours of trying: a mail server that is down over a night still gets everything. */
export const LONGEST_ATTEMPTS = 14;

const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 6 * 3600;

/** The pause after the nth failed attempt: 30 s, doubled each time, at most 6 hours. */
export function pauseAfter(attempts: number): Temporal.Duration {
  const seconds = Math.min(FIRST_PAUSE_SECONDS * 2 ** (attempts - 1), LONGEST_PAUSE_SECONDS);
  return Temporal.Duration.from({ seconds });
}

/** How an attempt ended. `refusedFor`: recipients that the server did not take while it took others. */
export type Delivery =
  | { readonly outcome: "sent"; readonly refusedFor: readonly string[] }
  | { readonly outcome: "temporary" | "permanent"; readonly why: string };

export type Next =
  | { readonly state: "SENT" | "FAILED" | "ABANDONED" }
  | { readonly state: "QUEUED"; readonly at: Temporal.Instant };

/** What becomes of a message after its nth attempt ended at `now`. */
export function afterAttempt(delivery: Delivery, attempts: number, now: Temporal.Instant): Next {
  if (delivery.outcome === "sent") return { state: "SENT" };
  if (delivery.outcome === "permanent") return { state: "FAILED" };
  if (attempts >= LONGEST_ATTEMPTS) return { state: "ABANDONED" };
  return { state: "QUEUED", at: now.add(pauseAfter(attempts)) };
}
