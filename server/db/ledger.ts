import { QueryPromise } from "drizzle-orm/query-promise";
import type { Drizzle } from "./database.ts";

/**
 * Keeps account of everything a transaction hands out. A drizzle builder does nothing until it is awaited, so a
 * forgotten `await` writes nothing and says nothing; the ledger turns that into a refusal before COMMIT. It also
 * refuses whatever is executed after the transaction is over: on SQLite it would join somebody else's.
 */
export class Ledger {
  readonly #waiting = new Set<Entry>();
  #running = 0;
  #over = false;
  #failure: { cause: unknown } | null = null;

  enter(what: string): Entry {
    const entry = { what };
    this.#waiting.add(entry);
    return entry;
  }

  /** A select that went into another statement as a subquery is executed with that one. */
  consumed(entry: Entry): void {
    this.#waiting.delete(entry);
  }

  async execute<R>(entry: Entry, run: () => PromiseLike<R>): Promise<R> {
    if (this.#over) throw new Error(`${entry.what} was executed after its transaction was over`);
    if (this.#failure)
      throw new Error(`${entry.what} cannot run: an earlier statement failed`, this.#failure);
    this.#waiting.delete(entry);
    this.#running += 1;
    try {
      return await run();
    } catch (cause) {
      this.#failure = { cause };
      throw cause;
    } finally {
      this.#running -= 1;
    }
  }

  /** Called when the work has resolved, before COMMIT. */
  close(): void {
    this.#over = true;
    const [forgotten] = this.#waiting;
    if (forgotten) throw new Error(`${forgotten.what} was never awaited inside the transaction`);
    if (this.#running > 0) throw new Error("a statement was still running when the transaction's work ended");
    if (this.#failure) {
      throw new Error(
        "a statement failed inside the transaction and its failure was swallowed",
        this.#failure,
      );
    }
  }

  /** Called when the work has thrown. */
  abandon(): void {
    this.#over = true;
  }
}

export interface Entry {
  readonly what: string;
}

/** What drizzle's builders have in common on both engines. */
interface Query {
  execute(...values: unknown[]): PromiseLike<unknown>;
  getSQL(): unknown;
}

type Verb = keyof Drizzle;

/** The method of a builder that yields the query itself; `delete` is one at once. */
const COMPLETES: Record<Verb, readonly string[]> = {
  select: ["from"],
  selectDistinct: ["from"],
  insert: ["values", "select"],
  update: ["set"],
  delete: [],
};

/** drizzle's `verb`, with everything it hands out entered into the ledger. */
export function watched<V extends Verb>(drizzle: Drizzle, verb: V, ledger: Ledger): Drizzle[V] {
  const start = drizzle[verb] as unknown as (...values: unknown[]) => Record<string, unknown>;
  const begin = (...values: unknown[]): unknown => {
    const entry = ledger.enter(verb);
    const builder = start.apply(drizzle, values);
    if (COMPLETES[verb].length === 0) return watchedQuery(builder as unknown as Query, verb, entry, ledger);
    for (const method of COMPLETES[verb]) {
      const complete = builder[method] as (...values: unknown[]) => Query;
      builder[method] = (...given: unknown[]) =>
        watchedQuery(complete.apply(builder, given), verb, entry, ledger);
    }
    return builder;
  };
  return begin as unknown as Drizzle[V];
}

function watchedQuery(query: Query, verb: Verb, entry: Entry, ledger: Ledger): Query {
  const execute = query.execute.bind(query);
  query.execute = (...values) => ledger.execute(entry, () => execute(...values));
  if (verb === "select" || verb === "selectDistinct") {
    const getSQL = query.getSQL.bind(query);
    query.getSQL = () => {
      ledger.consumed(entry);
      return getSQL();
    };
  }
  return query;
}

interface Executable<V, R> {
  execute(values: V): PromiseLike<R>;
}

/** A prepared statement, entered into the ledger at each `execute`. */
export function watchedStatement<V, R>(
  key: string,
  prepared: Executable<V, R>,
  ledger: Ledger,
): { execute(values: V): Promise<R> } {
  return {
    execute: (values) => new WatchedExecution(ledger, ledger.enter(key), prepared, values),
  };
}

class WatchedExecution<V, R> extends QueryPromise<R> {
  readonly #ledger: Ledger;
  readonly #entry: Entry;
  readonly #prepared: Executable<V, R>;
  readonly #values: V;
  #result: Promise<R> | null = null;

  constructor(ledger: Ledger, entry: Entry, prepared: Executable<V, R>, values: V) {
    super();
    this.#ledger = ledger;
    this.#entry = entry;
    this.#prepared = prepared;
    this.#values = values;
  }

  override execute(): Promise<R> {
    this.#result ??= this.#ledger.execute(this.#entry, () => this.#prepared.execute(this.#values));
    return this.#result;
  }
}
