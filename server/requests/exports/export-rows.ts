import { everyPage, type Reader } from "../../db/index.ts";
import { type CsvColumn, csvLines } from "../../http/csv.ts";
import { type Catalogue, catalogue } from "../../i18n/index.ts";
import { tenantOf } from "../../kernel/actor.ts";
import { timeInJapan } from "../../kernel/clock.ts";
import { type CertificateRow, certificateRows, meantBy } from "../pages/list-certificates.ts";
import { type RequestRow, requestRows } from "../pages/list-requests.ts";
import { certificateSearch } from "../search/certificate-search.ts";
import { requestSearch } from "../search/request-search.ts";
import type { ExportOrder } from "./export-order.ts";

/** Rows that are read and written at once. */
const PIECE = 500;

/** A list as CSV, in keyset pages: no more of it is in memory than one of them. Cells are neutralised (http/csv.ts). */
export async function* exportRows(on: Reader, order: ExportOrder): AsyncGenerator<Uint8Array> {
  const t = catalogue(order.language);
  const now = Temporal.Instant.from(order.at);
  if (order.list === "requests") {
    const columns = requestColumns(t);
    yield csvLines(columns, [], { head: true });
    for await (const ids of everyPage(on, requestSearch(on, tenantOf(order.tenant), order.filters), PIECE)) {
      yield csvLines(columns, await requestRows(on, ids));
    }
    return;
  }
  const { from, to, ...filters } = order.filters;
  const day = (text: string | null) => (text === null ? null : Temporal.PlainDate.from(text));
  const scope = order.tenant === null ? "every-tenant" : { tenant: tenantOf(order.tenant) };
  const columns = certificateColumns(t, order.tenant === null);
  const meant = await meantBy(on, scope, { ...filters, from: day(from), to: day(to) });
  const asked = certificateSearch(on, scope, meant.filters, now);
  yield csvLines(columns, [], { head: true });
  for await (const ids of everyPage(on, asked, PIECE)) {
    yield csvLines(columns, await certificateRows(on, ids, now));
  }
}

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

function certificateColumns(t: Catalogue, everyTenant: boolean): readonly CsvColumn<CertificateRow>[] {
  const { field: f, state, profile } = t.certificates;
  const time = (at: Temporal.Instant | null) => (at === null ? null : timeInJapan(at, "second"));
  return [
    { header: t.requests.field.commonName, cell: (row) => row.commonName },
    { header: t.requests.field.additionalNames, cell: (row) => row.otherNames },
    { header: f.state, cell: (row) => state[row.state] },
    { header: f.product, cell: (row) => profile[row.profile] },
    ...(everyTenant ? [{ header: f.subscriber, cell: (row: CertificateRow) => row.subscriber }] : []),
    { header: f.organization, cell: (row) => row.organization },
    { header: f.serial, cell: (row) => row.serial.toUpperCase() },
    { header: f.fingerprint, cell: (row) => row.fingerprint },
    { header: `${f.notBefore} (JST)`, cell: (row) => time(row.notBefore) },
    { header: `${f.notAfter} (JST)`, cell: (row) => time(row.notAfter) },
    { header: `${f.revokedAt} (JST)`, cell: (row) => time(row.revokedAt) },
    { header: f.place, cell: (row) => row.place },
    { header: t.requests.field.receiptNumber, cell: (row) => row.receiptNumber },
  ];
}
