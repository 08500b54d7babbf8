import { stringify } from "csv-stringify/sync";
import { type Answer, file } from "./answer.ts";

/** One column of a list as a table. */
export interface CsvColumn<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string | number | null;
}

/**
 * Lines of a CSV file (RFC 4180), after a byte order mark and the headings with `head`: Excel needs the mark to read
 * UTF-8. Cells that a spreadsheet would take for a formula are neutralised: names and memos come from strangers.
 */
export function csvLines<Row>(
  columns: readonly CsvColumn<Row>[],
  rows: readonly Row[],
  { head = false } = {},
): Uint8Array {
  const table = [
    ...(head ? [columns.map(({ header }) => header)] : []),
    ...rows.map((row) => columns.map(({ cell }) => cell(row) ?? "")),
  ];
  const text = stringify(table, { bom: head, escape_formulas: true, record_delimiter: "windows" });
  return new TextEncoder().encode(text);
}

/** A whole table as a download, for lists that end. */
export function csv<Row>(name: string, columns: readonly CsvColumn<Row>[], rows: readonly Row[]): Answer {
  return file({ name, type: "text/csv; charset=utf-8", bytes: csvLines(columns, rows, { head: true }) });
}
