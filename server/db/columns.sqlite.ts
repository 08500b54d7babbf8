import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { customType, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Id } from "../kernel/ids.ts";
import * as edge from "./column-values.ts";

/**
 * The vocabulary of columns in SQLite. Its type is the type of both vocabularies: stores and pages are written and
 * checked once, against this one.
 *
 * The values that are not plain text and numbers are custom types even where drizzle has a mode for them: drizzle
 * hands the null of a placeholder to its encoders, and its own turn it into 0 (flags) and the text "null" (json).
 */
export const sqliteColumns = {
  table: sqliteTable,
  /** A UUIDv7 as text. */
  id: (name: string) => text(name).$type<Id>(),
  text: (name: string) => text(name),
  /** Text compared byte by byte (names, hex): a range of it is a range of an index, on both engines. */
  ascii: (name: string) => text(name),
  /** Text out of a closed list; the list types the column. */
  choice: <const States extends readonly string[]>(name: string, _states: States) =>
    text(name).$type<States[number]>(),
  /** A point in time, kept in whole milliseconds since 1970. */
  instant: (name: string) =>
    customType<{ data: Temporal.Instant; driverData: number }>({
      dataType: () => "integer",
      ...edge.instant,
    })(name),
  /** A calendar day, kept as `2026-11-21`, which also sorts as text. */
  day: (name: string) =>
    customType<{ data: Temporal.PlainDate; driverData: string }>({ dataType: () => "text", ...edge.day })(
      name,
    ),
  flag: (name: string) =>
    customType<{ data: boolean; driverData: number }>({
      dataType: () => "integer",
      toDriver: edge.orNull((value: boolean) => (value ? 1 : 0)),
      fromDriver: (value) => value !== 0,
    })(name),
  /** A whole number within 32 bits: counts, versions, positions. */
  whole: (name: string) => integer(name),
  /** An amount of yen, which has no fraction. */
  yen: (name: string) => integer(name),
  bytes: (name: string) =>
    customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "blob", ...edge.bytes })(name),
  /** A value kept as JSON text. Both engines keep it as text, so that what was written is read back unchanged. */
  json: <T>(name: string) =>
    customType<{ data: T; driverData: string }>({ dataType: () => "text", ...edge.json<T>() })(name),
  index,
  /** A unique index; it may be partial (`.where`). db/conflicts.ts recognises its violation by its columns. */
  unique: uniqueIndex,
  /** The elements of a JSON array as a table `given` of one column `value` (given-rows.ts). */
  given: (json: Placeholder | string): SQL => sql`json_each(${json}) as given`,
};
