import { once } from "node:events";
import { Worker } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import { Problem } from "../kernel/problem.ts";
import { sqliteColumns } from "./columns.sqlite.ts";
import type { Drizzle, FilledStatement, Preparable } from "./database.ts";
import type { HandleParts } from "./handles.ts";
import type { Answer, Ask, Failure, ThreadPlace } from "./sqlite-thread-worker.ts";

/**
 * A writing connection in a thread of its own, for transactions of hundreds of rows: neither their statements nor the
 * disk that COMMIT waits for hold up the event loop. The thread is begun when it is first needed and keeps no process
 * alive. Whoever uses it sees to it that no other connection of this process writes meanwhile.
 */
export interface SqliteThread {
  readonly parts: HandleParts;
  begin(): Promise<void>;
  commit(): Promise<void>;
  /** Where the thread itself is gone, its connection is closed and so rolled back. */
  rollback(): Promise<void>;
  close(): Promise<void>;
}

type Order = Ask extends infer One ? (One extends Ask ? Omit<One, "number"> : never) : never;

/** One thread and who waits for its answers: what becomes of it is nobody else's concern. */
interface Running {
  readonly worker: Worker;
  ask(order: Order): Promise<unknown[]>;
}

/**
 * @param place the file, and how long a BEGIN may wait for another process, in milliseconds
 * @returns what has no connection yet: a file that cannot be opened fails the first `begin`
 */
export function sqliteThread(place: ThreadPlace): SqliteThread {
  let running: Running | null = null;

  function start(): Running {
    const made = runningThread(place, () => {
      if (running === made) running = null;
    });
    return made;
  }

  /** Only `begin` starts a thread: on a new connection a statement in the midst of a transaction would stand alone. */
  function ask(order: Order): Promise<unknown[]> {
    return running === null ? Promise.reject(new Error(ENDED)) : running.ask(order);
  }

  const on = drizzle(async (text, values, method) => ({
    rows: await ask({ what: method === "run" ? "run" : "rows", text, values }),
  })) as unknown as Drizzle;
  return {
    parts: partsOf(on, (text, values) => ask({ what: "run", text, values })),
    async begin() {
      running ??= start();
      await running.ask({ what: "begin" });
    },
    commit: async () => void (await ask({ what: "commit" })),
    async rollback() {
      if (running !== null) await ask({ what: "rollback" });
    },
    async close() {
      if (running === null) return;
      const { worker } = running;
      const ended = once(worker, "exit");
      await ask({ what: "close" });
      worker.ref();
      await ended;
    },
  };
}

const ENDED = "the writing thread ended";

function runningThread(place: ThreadPlace, lost: () => void): Running {
  const waiting = new Map<number, { resolve(rows: unknown[]): void; reject(error: unknown): void }>();
  const worker = new Worker(new URL("./sqlite-thread-worker.ts", import.meta.url), { workerData: place });
  let number = 0;
  let failure: unknown = null;
  worker.on("message", (answer: Answer) => {
    const asked = waiting.get(answer.number);
    waiting.delete(answer.number);
    if (waiting.size === 0) worker.unref();
    if ("failure" in answer) asked?.reject(revived(answer.failure));
    else asked?.resolve([...answer.rows]);
  });
  const end = (error: unknown) => {
    failure ??= error;
    lost();
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  // An "exit" follows, in a later turn.
  worker.on("error", end);
  worker.on("exit", () => end(new Error(ENDED)));
  return {
    worker,
    ask(order) {
      if (failure !== null) return Promise.reject(failure);
      number += 1;
      const asked = { ...order, number } as Ask;
      return new Promise((resolve, reject) => {
        waiting.set(asked.number, { resolve, reject });
        worker.ref();
        worker.postMessage(asked);
      });
    },
  };
}

function partsOf(
  on: Drizzle,
  run: (text: string, values: readonly unknown[]) => Promise<unknown>,
): HandleParts {
  const statements = new Map<string, Preparable<unknown>>();
  const filled = new Map<string, FilledStatement>();
  return {
    columns: sqliteColumns,
    drizzle: on,
    preparedOf<R>(key: string, build: (on: Drizzle) => Preparable<R>) {
      const known = statements.get(key) as Preparable<R> | undefined;
      if (known) return known;
      const prepared = build(on);
      statements.set(key, prepared);
      return prepared;
    },
    filledOf(key, build) {
      const known = filled.get(key);
      if (known) return known;
      const text = build(on).getQuery().sql;
      const statement: FilledStatement = { execute: async (values) => void (await run(text, values)) };
      filled.set(key, statement);
      return statement;
    },
  };
}

/** conflicts.ts knows a violation by the code of the driver's own error. */
function revived({ kind, code, message }: Failure): Error {
  if (kind === "problem") return new Problem(code as "database-busy");
  return kind === "sqlite" ? new Sqlite.SqliteError(message, code) : new Error(message);
}
