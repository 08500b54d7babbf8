export { isUniqueViolation } from "./conflicts.ts";
export { databaseFile, type FolderLock, takeDataFolder } from "./data-folder.ts";
export type { Database, Drizzle, Engine, Executor, Reader, Statement } from "./database.ts";
export { type DatabasePlace, openDatabase } from "./open.ts";
export { type AnyColumn, defineTables, type Vocabulary } from "./vocabulary.ts";
