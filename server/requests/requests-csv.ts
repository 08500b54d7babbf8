import type { Catalogue } from "../i18n/index.ts";
import { JAPAN } from "../kernel/clock.ts";
import type { Column } from "./csv.ts";
import type { RequestRow } from "./pages/list-requests.ts";

/** The columns of a list of requests as a table to take along, in the reader's language. */
export function requestColumns(t: Catalogue): readonly Column<RequestRow>[] {
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
    { header: `${f.requestedAt} (JST)`, cell: (row) => localTime(row.submittedAt) },
    { header: f.placeOfInstallation, cell: (row) => row.place },
    { header: f.orderNumber, cell: (row) => row.orderNumber },
  ];
}

/** As spreadsheets read it: 2026-11-21 14:05:12, Japan's time. */
const localTime = (at: Temporal.Instant): string =>
  at.toZonedDateTimeISO(JAPAN).toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " ");
