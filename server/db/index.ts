export { isUniqueViolation } from "./conflicts.ts";
export { databaseFile, takeDataFolder } from "./data-folder.ts";
export type { Database, Engine, Executor, Reader } from "./database.ts";
export { among, given, givenRows } from "./given-rows.ts";
export { insertRows } from "./insert-rows.ts";
export { contains, PAGE_SIZES, type Page, type Place, pageOf, placeOf } from "./keyset.ts";
export { type DatabasePlace, openDatabase, openMigratedDatabase } from "./open.ts";
export { openReader } from "./open-reader.ts";
export { everyPage, type Search, type SearchedNames, search } from "./search.ts";
export { type AnyColumn, defineTables } from "./vocabulary.ts";
export {
  aside,
  type Bound,
  beginning,
  beginsWith,
  type Count,
  countUpTo,
  cursorOf,
  pageOfStep,
  stepFrom,
  sumOfCounts,
  type Track,
  whereOf,
} from "./walk.ts";
