import type { Drizzle, Executor, FilledStatement, Preparable, Reader } from "./database.ts";
import { type Ledger, watched, watchedStatement } from "./ledger.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What both engines make their readers and executors of. */
export interface HandleParts {
  readonly columns: Vocabulary;
  readonly drizzle: Drizzle;
  /** The statement of a key, built once per connection. */
  readonly preparedOf: <R>(key: string, build: (on: Drizzle) => Preparable<R>) => Preparable<R>;
  /** The same as the driver's own statement. */
  readonly filledOf: (key: string, build: (on: Drizzle) => Preparable<unknown>) => FilledStatement;
}

export function readerOf({ columns, drizzle, preparedOf }: HandleParts): Reader {
  return {
    columns,
    select: drizzle.select.bind(drizzle) as Drizzle["select"],
    prepared: (key, build) => {
      const prepared = preparedOf(key, build);
      return { execute: async (values) => prepared.execute(values) };
    },
  };
}

/** Everything it hands out is entered into the ledger of its transaction. */
export function executorOf(
  { columns, drizzle, preparedOf, filledOf }: HandleParts,
  ledger: Ledger,
): Executor {
  return {
    columns,
    select: watched(drizzle, "select", ledger),
    insert: watched(drizzle, "insert", ledger),
    update: watched(drizzle, "update", ledger),
    delete: watched(drizzle, "delete", ledger),
    prepared: (key, build) => watchedStatement(key, preparedOf(key, build), ledger),
    filled: (key, build) => watchedStatement(key, filledOf(key, build), ledger),
  };
}
