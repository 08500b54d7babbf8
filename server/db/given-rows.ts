import { type Placeholder, type SQL, sql } from "drizzle-orm";
import type { AnyColumn, Vocabulary } from "./vocabulary.ts";

/**
 * Rows handed in as one value, so that one statement updates many rows, each by its own condition and with values of
 * its own: `update(r).set({ intentId: given.text("intentId") }).from(given.rows).where(and(given.is(r.id, "id"),
 * given.only(r.state, "APPROVED")))`, executed with `{ given: givenRows([{ id, intentId }, …]) }`.
 */
export const given = (columns: Vocabulary) => ({
  /** The table to update from. */
  rows: columns.given(sql.placeholder("given")),
  text: (key: string): SQL<string> => member(key),
  whole: (key: string): SQL<number> => sql`cast(${member(key)} as bigint)`,
  /** The key by which a row of the table is found: its id. */
  is: (id: AnyColumn, key: string): SQL => sql`${id} = ${member(key)}`,
  /** A further condition, written so that SQLite never takes its index and then walks the given rows for each hit. */
  only: (column: AnyColumn, text: string | Placeholder): SQL => sql`${column} || '' = ${text}`,
});

/** The value of the placeholder. At most a group of them, in the order in which their rows are to be locked. */
export const givenRows = (rows: readonly Readonly<Record<string, string | number | null>>[]): string =>
  JSON.stringify(rows);

/**
 * `column in (…)` with the list as one value: drizzle takes longer over a list of hundreds of placeholders than the
 * database over the query, and each length of it is another statement.
 */
export const among = (columns: Vocabulary, column: AnyColumn, values: readonly string[]): SQL =>
  sql`${column} in (select ${member("of")} from ${columns.given(givenRows(values.map((of) => ({ of }))))})`;

const member = (key: string): SQL<string> => sql`given.value ->> ${sql.raw(`'${key}'`)}`;
