import type { CsvColumn } from "../http/csv.ts";
import type { Catalogue } from "../i18n/index.ts";
import { timeInJapan } from "../kernel/clock.ts";
import type { RequestRow } from "./pages/list-requests.ts";

/** The columns of a list of requests as a table to take along, in the reader's language. */
export function requestColumns(t: Catalogue): readonly CsvColumn<RequestRow>[] {
  const f = t.requests.field;
  return [
    { header: f.receiptNumber, cell: (row) => row.receiptNumber },
    { header: f.state, cell: (row) => t.requests.state[row.state] },
    { header: f.commonName, cell: (row) => row.commonName },
    { header: f.additionalNames, cell: (row) => row.otherNames },
    { header: f.product, cell: (row) => t.requests.product[row.product] },
    { header: f.shape, cell: (row) => t.requests.shape[row.shape] },
    { header: f.organization, cell: (row) => row.organization },
    { header: f.term, cell: (row) => row.termDays },
    { header: f.key, cell: (row) => row.keyDescription },
    { header: f.requestedBy, cell: (row) => row.requestedBy },
    { header: `${f.requestedAt} (JST)`, cell: (row) => timeInJapan(row.submittedAt, "second") },
    { header: f.placeOfInstallation, cell: (row) => row.place },
    { header: f.orderNumber, cell: (row) => row.orderNumber },
  ];
}
