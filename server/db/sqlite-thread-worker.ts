import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { isProblem } from "../kernel/problem.ts";
import { begin, openWriter } from "./sqlite-writer.ts";

export interface ThreadPlace {
  readonly file: string;
  readonly busyLimitMs: number;
}

/** What the thread is asked to do, one after the other. */
export type Ask =
  | { readonly number: number; readonly what: "begin" | "commit" | "rollback" | "close" }
  | {
      readonly number: number;
      readonly what: "run" | "rows";
      readonly text: string;
      readonly values: readonly unknown[];
    };

export type Answer =
  | { readonly number: number; readonly rows: readonly unknown[] }
  | { readonly number: number; readonly failure: Failure };

/** An error as it travels between threads, where only its text would survive. */
export interface Failure {
  readonly kind: "problem" | "sqlite" | "other";
  readonly code: string;
  readonly message: string;
}

const NOTHING: readonly unknown[] = [];
/** Statements with a list of values are other statements for other lengths: so many are kept. */
const STATEMENTS = 500;

const { file, busyLimitMs } = workerData as ThreadPlace;
const writer = openWriter(file);
const statements = new Map<string, Sqlite.Statement<unknown[]>>();

function statementOf(text: string): Sqlite.Statement<unknown[]> {
  const known = statements.get(text);
  if (known !== undefined) return known;
  if (statements.size >= STATEMENTS) statements.clear();
  const statement = writer.prepare<unknown[]>(text);
  statements.set(text, statement);
  return statement;
}

async function done(ask: Ask): Promise<readonly unknown[]> {
  if (ask.what === "run" || ask.what === "rows") {
    const statement = statementOf(ask.text);
    if (statement.reader) return statement.raw().all(ask.values);
    statement.run(ask.values);
    return NOTHING;
  }
  if (ask.what === "begin") await begin(writer, busyLimitMs);
  else if (ask.what === "commit") writer.exec("COMMIT");
  else if (ask.what === "rollback" && writer.inTransaction) writer.exec("ROLLBACK");
  else if (ask.what === "close") writer.close();
  return NOTHING;
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (isProblem(error)) return { kind: "problem", code: error.code, message };
  if (error instanceof Sqlite.SqliteError) return { kind: "sqlite", code: error.code, message };
  return { kind: "other", code: "", message };
}

// One after the other, also while a BEGIN waits for another process.
let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (ask: Ask) => {
  last = last.then(async () => {
    const answer = await done(ask).then(
      (rows): Answer => ({ number: ask.number, rows }),
      (error: unknown): Answer => ({ number: ask.number, failure: failureOf(error) }),
    );
    parentPort?.postMessage(answer);
    if (ask.what === "close") parentPort?.close();
  });
});
