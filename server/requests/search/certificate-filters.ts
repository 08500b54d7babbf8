import type { CertificateState } from "../../authority/index.ts";
import { JAPAN } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import type { Product } from "../request.ts";

export const CERTIFICATE_FILTERS = ["ACTIVE", "EXPIRING", "EXPIRED", "REVOKED", "REPLACED"] as const;
export type CertificateFilter = (typeof CERTIFICATE_FILTERS)[number];

/** INTERNAL: what the issuing company signed for itself and for operators. The desk alone sees it. */
export const CERTIFICATE_PRODUCTS = ["OV", "EV", "INTERNAL"] as const;
export type CertificateProduct = Product | "INTERNAL";

export interface CertificateFilters {
  /** As typed (search-term.ts). */
  readonly search: string;
  readonly state: CertificateFilter | null;
  readonly product: CertificateProduct | null;
  readonly organizationId: Id | null;
  /** The days in Japan on which validity ends, both included. */
  readonly from: Temporal.PlainDate | null;
  readonly to: Temporal.PlainDate | null;
}

export const NO_FILTERS: CertificateFilters = {
  search: "",
  state: null,
  product: null,
  organizationId: null,
  from: null,
  to: null,
};

/** A certificate's state with the clock's word in it. */
export type StateNow = CertificateState | "EXPIRED";

export const EXPIRING_WITHIN = Temporal.Duration.from({ hours: 24 * 30 });

export function stateAt(
  certificate: { readonly state: CertificateState; readonly notAfter: Temporal.Instant },
  now: Temporal.Instant,
): StateNow {
  const over = Temporal.Instant.compare(certificate.notAfter, now) < 0;
  return certificate.state === "ACTIVE" && over ? "EXPIRED" : certificate.state;
}

/** The first instant of a day in Japan. */
export const startOf = (day: Temporal.PlainDate): Temporal.Instant => day.toZonedDateTime(JAPAN).toInstant();
