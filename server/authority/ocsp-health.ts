import type { OnlineRole } from "./issuer.ts";
import type { ResponderKey } from "./ocsp-keys.ts";

/** How long an issuer's responder can still answer. */
export interface OcspHealth {
  readonly role: OnlineRole;
  readonly notAfter: Temporal.Instant;
  /** aging: its successor should be here for three days, and is not. */
  readonly state: "fresh" | "aging" | "expired";
}

const WARNED_BEFORE = Temporal.Duration.from({ hours: 24 * 12 });

/** How one responder's certificate stands: aging from twelve days before its end, expired at it. */
export function responderHealth({ issuer, notAfter }: ResponderKey, now: Temporal.Instant): OcspHealth {
  const { compare } = Temporal.Instant;
  const state =
    compare(now, notAfter) >= 0
      ? "expired"
      : compare(now.add(WARNED_BEFORE), notAfter) > 0
        ? "aging"
        : "fresh";
  return { role: issuer.role, notAfter, state };
}
