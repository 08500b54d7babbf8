import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { ExportDeps } from "./exports/export-order.ts";
import type { RequestDeps } from "./submit-request.ts";

/** Certificates of a subscriber that the issuing company is about to revoke, for the top of a home page. */
export interface MassRevocationNotice {
  readonly id: Id;
  readonly executeAt: Temporal.Instant;
  readonly counts: { readonly total: number; readonly alive: number; readonly open: number };
}

/** Revocation stands on requests, so the home pages get what it knows as a function. */
export interface HomeDeps extends RequestDeps, ExportDeps {
  readonly massRevocationsOf: (tenant: Tenant) => Promise<readonly MassRevocationNotice[]>;
}
