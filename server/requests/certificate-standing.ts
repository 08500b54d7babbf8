import type { RevocationReason } from "../authority/index.ts";
import type { Id } from "../kernel/ids.ts";
import type { RevocationGround } from "../rules/index.ts";
import type { ExportDeps } from "./exports/export-order.ts";
import type { RequestDeps } from "./submit-request.ts";

/** What revocation knows of a certificate: planned, or done. */
export interface CertificateRevocation {
  readonly planned: boolean;
  readonly ground: RevocationGround;
  readonly reason: RevocationReason;
  readonly explanation: string;
  /** When it will be done, or was. */
  readonly at: Temporal.Instant;
  readonly orderedBy: string;
  /** Planned on the word of the subscriber alone, whose operators may call it off. */
  readonly mayCallOff: boolean;
}

/** Revocation stands on requests, so the pages of certificates get what it knows as a function. */
export interface CertificatePageDeps extends RequestDeps, ExportDeps {
  readonly revocationOf: (certificateId: Id) => Promise<CertificateRevocation | null>;
}
