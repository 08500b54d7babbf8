export { isUniqueViolation } from "./conflicts.ts";
export { databaseFile, takeDataFolder } from "./data-folder.ts";
export type { Database, Engine, Executor, Reader } from "./database.ts";
export { insertRows } from "./insert-rows.ts";
export { contains, PAGE_SIZES, type Page, type Place, pageOf, placeOf } from "./keyset.ts";
export { type DatabasePlace, openDatabase, openMigratedDatabase } from "./open.ts";
export { type AnyColumn, defineTables } from "./vocabulary.ts";
