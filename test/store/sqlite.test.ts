import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { expect, onTestFinished, test, vi } from "vitest";
import { databaseFile, isUniqueViolation, takeDataFolder } from "../../server/db/index.ts";
import { openSqlite } from "../../server/db/sqlite.ts";
import { sqliteThread } from "../../server/db/sqlite-thread.ts";
import { newId } from "../../server/kernel/ids.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { temporaryFolder } from "../support/databases.ts";
import { contractPlace, openContract } from "./contract-database.ts";
import { contractTables } from "./contract-tables.ts";

test("transactions run one after the other, first come first served", async () => {
  const db = await openContract("sqlite");
  const order: string[] = [];
  await Promise.all(
    [30, 0, 10].map((pause, i) =>
      db.transact(async () => {
        order.push(`${i} begins`);
        await sleep(pause);
        order.push(`${i} ends`);
      }),
    ),
  );
  expect(order).toEqual(["0 begins", "0 ends", "1 begins", "1 ends", "2 begins", "2 ends"]);
});

test("a transaction that throws lets the next one through", async () => {
  const db = await openContract("sqlite");
  const results = await Promise.allSettled([
    db.transact(() => Promise.reject(new Error("no"))),
    db.transact(async () => "yes"),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
});

test("while another process writes, a transaction waits without blocking the event loop", async () => {
  const { file } = await contractPlace("sqlite");
  const db = openSqlite(file);
  const other = new Sqlite(file);
  other.exec("BEGIN IMMEDIATE");
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, 5);
  const waiting = db.transact(async () => "done");
  // Were it blocked, nothing would tick.
  await expect.poll(() => ticks).toBeGreaterThan(5);
  other.exec("COMMIT");
  expect(await waiting).toBe("done");
  clearInterval(ticking);
  other.close();
  await db.close();
});

test("and gives up in the end with a problem", async () => {
  const { file } = await contractPlace("sqlite");
  const db = openSqlite(file, 50);
  const other = new Sqlite(file);
  other.exec("BEGIN IMMEDIATE");
  const error: unknown = await db.transact(async () => "done").catch((thrown: unknown) => thrown);
  expect(isProblem(error, "database-busy")).toBe(true);
  other.close();
  expect(await db.transact(async () => "done")).toBe("done");
  await db.close();
});

test("commits are durable: WAL with synchronous FULL", async () => {
  const { file } = await contractPlace("sqlite");
  const { openWriter } = await import("../../server/db/sqlite-writer.ts");
  const writer = openWriter(file);
  expect(writer.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(writer.pragma("synchronous", { simple: true })).toBe(2);
  writer.close();
});

test("nothing can be written through the reading connection", async () => {
  const db = await openContract("sqlite");
  const { things } = contractTables(db.read.columns);
  const writing = db.read.prepared("sqlite.cheat", (on) => on.delete(things).prepare()).execute();
  await expect(writing).rejects.toThrow(/readonly/);
});

test("a data folder has one process, also in the same one, and is free again when that is killed", async () => {
  const folder = path.join(temporaryFolder(), "data");
  const source = `
    const { takeDataFolder } = await import(${JSON.stringify(path.resolve("server/db/data-folder.ts"))});
    takeDataFolder(${JSON.stringify(folder)});
    process.stdout.write("taken");
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  expect(() => takeDataFolder(folder)).toThrow("data-folder-in-use");
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const lock = takeDataFolder(folder);
  expect(() => takeDataFolder(folder)).toThrow("data-folder-in-use");
  lock.release();
  takeDataFolder(folder).release();
  expect(path.dirname(databaseFile(folder))).toBe(folder);
});

const IN_BULK = { bulk: true };
const thing = (name: string) => ({ id: newId(), name, shelf: "a" });

test("a bulk transaction whose thread ends leaves nothing, and the next one has a thread of its own", async () => {
  const db = await openContract("sqlite");
  const { things } = contractTables(db.read.columns);
  const threads = vi.spyOn(Worker.prototype, "postMessage");
  onTestFinished(() => threads.mockRestore());
  const lost: unknown = await db
    .transact(async (tx) => {
      await tx.insert(things).values(thing("before"));
      const [thread] = threads.mock.contexts as Worker[];
      await thread?.terminate();
      await tx.insert(things).values(thing("after"));
    }, IN_BULK)
    .catch((error: unknown) => error);
  expect(lost).toBeInstanceOf(Error);
  expect(await db.read.select().from(things)).toEqual([]);
  await db.transact(async (tx) => {
    await tx.insert(things).values(thing("next"));
  }, IN_BULK);
  await db.transact(async (tx) => {
    await tx.insert(things).values(thing("small"));
  });
  expect(await db.read.select({ name: things.name }).from(things)).toHaveLength(2);
});

test("while one bulk transaction fails for its thread, those behind it go on", async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, "later", "inkan.db");
  const thread = sqliteThread({ file, busyLimitMs: 1_000 });
  const first: unknown = await thread.begin().catch((error: unknown) => error);
  expect(String(first)).toContain("ENOENT");
  const second = thread.begin().catch((error: unknown) => error);
  expect(String(await second)).toContain("ENOENT");
  mkdirSync(path.dirname(file));
  await thread.begin();
  await thread.rollback();
  await thread.begin();
  await thread.commit();
  await thread.close();
});

test("what fails in bulk says nothing of the values", async () => {
  const db = await openContract("sqlite");
  const { things } = contractTables(db.read.columns);
  const failed: unknown = await db
    .transact(async (tx) => {
      const one = thing("秘密の名前");
      await tx.insert(things).values(one);
      await tx.insert(things).values(one);
    }, IN_BULK)
    .catch((error: unknown) => error);
  expect(isUniqueViolation(failed)).toBe(true);
  expect(String(failed)).not.toContain("秘密の名前");
});
