import { stringify } from "csv-stringify/sync";
import { type Answer, file } from "./answer.ts";

/** One column of a list as a table. */
export interface CsvColumn<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string | number | null;
}

/**
 * A CSV download (RFC 4180) with a byte order mark, which Excel needs to read UTF-8. Cells that a spreadsheet would
 * take for a formula are neutralised: names and memos come from strangers.
 */
export function csv<Row>(name: string, columns: readonly CsvColumn<Row>[], rows: readonly Row[]): Answer {
  const table = [
    columns.map(({ header }) => header),
    ...rows.map((row) => columns.map(({ cell }) => cell(row) ?? "")),
  ];
  const text = stringify(table, { bom: true, escape_formulas: true, record_delimiter: "windows" });
  return file({ name, type: "text/csv; charset=utf-8", bytes: new TextEncoder().encode(text) });
}
