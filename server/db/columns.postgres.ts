import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { customType, index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Id } from "../kernel/ids.ts";
import * as edge from "./column-values.ts";
import type { sqliteColumns } from "./columns.sqlite.ts";

// 32 bits end at 2.1 thousand million yen, which a year's total may pass, and as Unix seconds (CRL numbers) in 2038.
const bigInteger = customType<{ data: number; driverData: number | string }>({
  dataType: () => "bigint",
  fromDriver: (value) => Number(value),
});

// The order of a cluster's locale knows nothing of bytes: `>= 'www.' and < 'www/'` would not find what begins so.
const asciiText = customType<{ data: string; driverData: string }>({ dataType: () => 'text COLLATE "C"' });

const columns = {
  table: pgTable,
  id: (name: string) => asciiText(name).$type<Id>(),
  text: (name: string) => text(name),
  ascii: (name: string) => asciiText(name),
  choice: <const States extends readonly string[]>(name: string, _states: States) =>
    text(name).$type<States[number]>(),
  instant: (name: string) =>
    customType<{ data: Temporal.Instant; driverData: number | string }>({
      dataType: () => "bigint",
      ...edge.instant,
    })(name),
  day: (name: string) =>
    customType<{ data: Temporal.PlainDate; driverData: string }>({ dataType: () => "text", ...edge.day })(
      name,
    ),
  flag: (name: string) =>
    customType<{ data: boolean; driverData: boolean }>({ dataType: () => "boolean" })(name),
  whole: (name: string) => bigInteger(name),
  yen: (name: string) => bigInteger(name),
  bytes: (name: string) =>
    customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea", ...edge.bytes })(
      name,
    ),
  json: <T>(name: string) =>
    customType<{ data: T; driverData: string }>({ dataType: () => "text", ...edge.json<T>() })(name),
  index,
  unique: uniqueIndex,
  given: (json: Placeholder | string): SQL =>
    sql`jsonb_array_elements(cast(${json} as jsonb)) as given(value)`,
} satisfies Record<keyof typeof sqliteColumns, unknown>;

/**
 * The vocabulary of columns in PostgreSQL, under SQLite's type: the one cast that lets every store and page be
 * written once. The contract tests in test/store hold both engines to it.
 */
export const postgresColumns = columns as unknown as typeof sqliteColumns;
