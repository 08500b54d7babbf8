import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import type { Database } from "../../server/db/index.ts";
import {
  enqueueJob,
  type JobHandler,
  jobRunner,
  jobTables,
  type NewJob,
  type RunnerDeps,
  schedule,
  showJob,
} from "../../server/jobs/index.ts";
import { tenantOf } from "../../server/kernel/actor.ts";
import type { Id } from "../../server/kernel/ids.ts";
import { Problem } from "../../server/kernel/problem.ts";
import { onBothEngines } from "../support/databases.ts";

const alpha = tenantOf("alpha");
const start = Temporal.Instant.from("2026-11-21T00:00:00Z");
const job = (changes: Partial<NewJob> = {}): NewJob => ({
  kind: "count",
  tenant: alpha,
  createdBy: null,
  payload: { to: 3 },
  ...changes,
});

function desk(db: Database) {
  const { jobs } = jobTables(db.read.columns);
  const clock = { at: start, now: () => clock.at };
  const reported: unknown[] = [];
  return {
    clock,
    reported,
    put: (changes?: Partial<NewJob>) => db.transact((tx) => enqueueJob(tx, job(changes), clock.at)),
    row: async (id: Id) => {
      const [row] = await db.read.select().from(jobs).where(eq(jobs.id, id));
      if (!row) throw new Error("no such job");
      return row;
    },
    runner(handlers: Record<string, JobHandler>, options: Partial<RunnerDeps> = {}) {
      const report = (error: unknown) => void reported.push(error);
      const made = jobRunner({
        db,
        clock,
        owner: "test",
        handlers,
        report,
        poll: Temporal.Duration.from({ milliseconds: 50 }),
        ...options,
      });
      onTestFinished(() => made.stop(Temporal.Duration.from({ seconds: 1 })));
      made.start();
      return made;
    },
  };
}

async function until(claim: () => Promise<boolean> | boolean): Promise<void> {
  const limit = performance.now() + 60_000;
  while (!(await claim())) {
    if (performance.now() > limit) throw new Error("it did not come true");
    await sleep(10);
  }
}

onBothEngines("jobs", (open) => {
  test("are run once, with progress and result", async () => {
    const db = await open();
    const { put, row, runner } = desk(db);
    const runs: unknown[] = [];
    const id = await put();
    runner({
      count: async (each, { progress }) => {
        runs.push(each);
        for (let done = 1; done <= 3; done += 1) await progress(done, 3);
        return { counted: 3 };
      },
    });
    await until(async () => (await row(id)).state === "DONE");
    expect(runs).toEqual([
      { id, kind: "count", tenant: alpha, createdBy: null, payload: { to: 3 }, attempt: 1 },
    ]);
    const page = await showJob(db.read, alpha, id);
    expect(page).toMatchObject({
      done: 3,
      total: 3,
      result: { counted: 3 },
      finishedAt: start,
      lastError: null,
    });
    expect(await showJob(db.read, tenantOf("beta"), id)).toBeNull();
  });

  test("begin with a kick, long before the next poll", async () => {
    const db = await open();
    const { put, row, runner } = desk(db);
    const made = runner({ count: async () => null }, { poll: Temporal.Duration.from({ hours: 1 }) });
    const id = await put();
    made.kick();
    await until(async () => (await row(id)).state === "DONE");
  });

  test("are shared by several runners without being run twice", async () => {
    const db = await open();
    const { put, row, runner } = desk(db);
    const runs: Id[] = [];
    const ids: Id[] = [];
    for (let index = 0; index < 20; index += 1) ids.push(await put());
    const count: JobHandler = async ({ id }) => {
      runs.push(id);
      await sleep(5);
      return null;
    };
    for (const owner of ["a", "b", "c"]) runner({ count }, { owner, concurrency: 3 });
    await until(async () => (await Promise.all(ids.map(row))).every(({ state }) => state === "DONE"));
    expect(runs.toSorted()).toEqual(ids.toSorted());
  });

  test("of an unknown kind are left for a process that knows them", async () => {
    const db = await open();
    const { put, row, runner } = desk(db);
    const foreign = await put({ kind: "other" });
    const own = await put();
    runner({ count: async () => null });
    await until(async () => (await row(own)).state === "DONE");
    expect((await row(foreign)).state).toBe("QUEUED");
  });

  test("that fail run again after a pause, and are given up at last", async () => {
    const db = await open();
    const { clock, put, reported, row, runner } = desk(db);
    const id = await put();
    let runs = 0;
    runner({
      count: async () => {
        runs += 1;
        throw new Error(`run ${runs}\nbroke`);
      },
    });
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await until(async () => (await row(id)).attempts === attempt && (await row(id)).state === "QUEUED");
      expect((await row(id)).lastError).toBe(`Error: run ${attempt} broke`);
      clock.at = clock.at.add({ seconds: 5 * 4 ** (attempt - 1) });
    }
    await until(async () => (await row(id)).state === "FAILED");
    expect(runs).toBe(5);
    expect(reported).toHaveLength(5);
  });

  test("that meet a Problem fail at once, with its code", async () => {
    const db = await open();
    const { put, reported, row, runner } = desk(db);
    const id = await put();
    runner({
      count: async () => {
        throw new Problem("not-found");
      },
    });
    await until(async () => (await row(id)).state === "FAILED");
    expect(await row(id)).toMatchObject({ attempts: 1, lastError: "not-found" });
    expect(reported).toEqual([]);
  });

  test("of a process that died are taken over when the lease has run out, not before", async () => {
    const db = await open();
    const { clock, put, row, runner } = desk(db);
    const { jobs } = jobTables(db.read.columns);
    const id = await put();
    const leaseUntil = start.add({ seconds: 60 });
    await db.transact((tx) =>
      tx.update(jobs).set({ state: "RUNNING", attempts: 1, leaseOwner: "dead:1", leaseUntil }),
    );
    const attempts: number[] = [];
    runner({
      count: async ({ attempt }) => {
        attempts.push(attempt);
        return null;
      },
    });
    await sleep(200);
    expect(attempts).toEqual([]);
    clock.at = leaseUntil;
    await until(async () => (await row(id)).state === "DONE");
    expect(attempts).toEqual([2]);
  });

  test("that took their process with them every time are not begun a sixth time", async () => {
    const db = await open();
    const { clock, put, row, runner } = desk(db);
    const { jobs } = jobTables(db.read.columns);
    const id = await put();
    await db.transact((tx) =>
      tx.update(jobs).set({ state: "RUNNING", attempts: 5, leaseOwner: "dead:1", leaseUntil: start }),
    );
    clock.at = start.add({ seconds: 1 });
    let runs = 0;
    runner({
      count: async () => {
        runs += 1;
        return null;
      },
    });
    await until(async () => (await row(id)).state === "FAILED");
    expect(runs).toBe(0);
  });

  test("keep their lease while they work, and stop when it was lost", async () => {
    const db = await open();
    const { clock, put, row, runner } = desk(db);
    const { jobs } = jobTables(db.read.columns);
    const id = await put();
    let reason: unknown;
    runner(
      {
        count: async (_job, { signal }) => {
          await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
          reason = signal.reason;
          throw signal.reason;
        },
      },
      { lease: Temporal.Duration.from({ milliseconds: 300 }) },
    );
    await until(async () => (await row(id)).state === "RUNNING");
    clock.at = start.add({ seconds: 5 });
    await until(async () => {
      const { leaseUntil } = await row(id);
      return leaseUntil !== null && Temporal.Instant.compare(leaseUntil, clock.at) > 0;
    });
    await db.transact((tx) =>
      tx.update(jobs).set({ leaseOwner: "other:1", leaseUntil: clock.at.add({ hours: 1 }) }),
    );
    await until(() => reason !== undefined);
    expect(String(reason)).toContain("lease");
    await sleep(50);
    expect(await row(id)).toMatchObject({ state: "RUNNING", leaseOwner: "other:1" });
  });

  test("go back into the queue, uncounted, when the process stops", async () => {
    const db = await open();
    const { put, row, runner } = desk(db);
    const id = await put();
    const made = runner({
      count: async (_job, { signal }) => {
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        throw signal.reason;
      },
    });
    await until(async () => (await row(id)).state === "RUNNING");
    await made.stop();
    expect(await row(id)).toMatchObject({ state: "QUEUED", attempts: 0, leaseOwner: null, lastError: null });
  });

  test("that end in time are finished when the process stops, and nothing new begins", async () => {
    const db = await open();
    const { put, row, runner } = desk(db);
    const first = await put();
    const second = await put();
    const made = runner(
      {
        count: async () => {
          await sleep(150);
          return { ended: true };
        },
      },
      { concurrency: 1 },
    );
    await until(async () => (await row(first)).state === "RUNNING");
    await made.stop();
    expect(await row(first)).toMatchObject({ state: "DONE", result: { ended: true } });
    made.kick();
    await sleep(100);
    expect((await row(second)).state).toBe("QUEUED");
  });
});

test("a schedule runs its work again and again, never twice at once, whatever it throws", async () => {
  const reported: string[] = [];
  const made = schedule((_error, name) => void reported.push(name));
  let atOnce = 0;
  let most = 0;
  let runs = 0;
  made.everyFewSeconds("work", 1, async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await sleep(30);
    atOnce -= 1;
    runs += 1;
    if (runs === 1) throw new Error("once");
  });
  expect(() => made.everyFewSeconds("work", 1, async () => undefined)).toThrow("already");
  made.kick("work");
  made.kick("work");
  await until(() => runs >= 2);
  made.kick("work");
  await made.stop();
  const after = runs;
  expect(atOnce).toBe(0);
  made.kick("work");
  await sleep(60);
  expect(runs).toBe(after);
  expect(most).toBe(1);
  expect(reported).toEqual(["work"]);
});
