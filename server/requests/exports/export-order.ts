import type { Id } from "../../kernel/ids.ts";
import type { Language } from "../../kernel/languages.ts";
import type { CertificateFilters } from "../search/certificate-filters.ts";
import type { RequestFilters } from "../search/request-search.ts";

/** A list to take along, in values that travel between threads. */
export type ExportOrder = {
  readonly language: Language;
  readonly at: string;
} & (
  | { readonly list: "requests"; readonly tenant: Id; readonly filters: RequestFilters }
  | {
      readonly list: "certificates";
      /** Null: of every tenant, for the desk. */
      readonly tenant: Id | null;
      readonly filters: Omit<CertificateFilters, "from" | "to"> & {
        readonly from: string | null;
        readonly to: string | null;
      };
    }
);

/** What the routes of lists need to give them out. */
export interface ExportDeps {
  /** The list as CSV, piece by piece, made off the event loop. */
  readonly exportRows: (order: ExportOrder) => AsyncIterable<Uint8Array>;
}
