export { isUniqueViolation } from "./conflicts.ts";
export type { Database, Drizzle, Engine, Executor, Reader, Statement } from "./database.ts";
export { type AnyColumn, defineTables, type Vocabulary } from "./vocabulary.ts";
