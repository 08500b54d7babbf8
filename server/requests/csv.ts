import { stringify } from "csv-stringify/sync";
import type { Download } from "./downloads.ts";

/** One column of a list as a table. */
export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string | number | null;
}

/**
 * A CSV file (RFC 4180) with a byte order mark, which Excel needs to read UTF-8. Cells that a spreadsheet would take
 * for a formula are neutralised: names and memos come from strangers.
 */
export function csvFile<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): Download {
  const table = [
    columns.map(({ header }) => header),
    ...rows.map((row) => columns.map(({ cell }) => cell(row) ?? "")),
  ];
  const csv = stringify(table, { bom: true, escape_formulas: true, record_delimiter: "windows" });
  return { name, type: "text/csv; charset=utf-8", bytes: new TextEncoder().encode(csv) };
}
