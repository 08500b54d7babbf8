import type { Reader } from "../db/index.ts";
import { everyPage } from "../db/index.ts";
import type { Answer } from "../http/answer.ts";
import { type CsvColumn, csv } from "../http/csv.ts";
import { type Catalogue, catalogue } from "../i18n/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import { dayInJapan, timeInJapan } from "../kernel/clock.ts";
import type { Language } from "../kernel/languages.ts";
import { type RequestFilters, type RequestRow, requestRows } from "./pages/list-requests.ts";
import { requestSearch } from "./search/request-search.ts";

/** The columns of a list of requests as a table to take along, in the reader's language. */
function requestColumns(t: Catalogue): readonly CsvColumn<RequestRow>[] {
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

/** More than a spreadsheet can use; narrow the filter for the rest. */
const ROWS = 50_000;

/** The list of a filter as a file, named for the day. */
export async function requestsCsv(
  on: Reader,
  tenant: Tenant,
  filters: RequestFilters,
  language: Language,
  now: Temporal.Instant,
): Promise<Answer> {
  const rows: RequestRow[] = [];
  for await (const ids of everyPage(on, requestSearch(on, tenant, filters), 500)) {
    rows.push(...(await requestRows(on, ids)));
    if (rows.length >= ROWS) break;
  }
  const day = dayInJapan(now).toString().replaceAll("-", "");
  return csv(`requests-${day}.csv`, requestColumns(catalogue(language)), rows);
}
