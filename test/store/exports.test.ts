import { expect, onTestFinished, test, vi } from "vitest";
import { isProblem } from "../../server/kernel/problem.ts";
import type { ExportOrder } from "../../server/requests/exports/export-order.ts";
import { exportsInThreads } from "../../server/requests/exports/export-threads.ts";
import { IdleThreads } from "../../server/requests/exports/idle-threads.ts";
import { migratedPlace } from "../support/databases.ts";

const order = (tenant: string): ExportOrder => ({
  list: "requests",
  tenant,
  language: "ja",
  at: "2026-11-22T00:00:00Z",
  filters: { state: null, search: "", oldestFirst: false } as never,
});
const codeOf = async (work: Promise<unknown>) => {
  try {
    await work;
    return null;
  } catch (error) {
    return isProblem(error) ? error.code : String(error);
  }
};
const begin = (rows: ReturnType<typeof exportsInThreads>, tenant: string) =>
  rows(order(tenant))[Symbol.asyncIterator]();
const longest = Temporal.Duration.from({ minutes: 5 });

test("a subscriber has few exports at once, and keeps no place after the end of one", async () => {
  const rows = exportsInThreads(await migratedPlace("sqlite"), { ofOne: 1, longest });
  const first = begin(rows, "a");
  expect((await first.next()).done).toBe(false);
  expect(await codeOf(begin(rows, "a").next())).toBe("exports-busy");
  const other = begin(rows, "b");
  expect((await other.next()).done).toBe(false);
  await first.return?.();
  const again = begin(rows, "a");
  expect((await again.next()).done).toBe(false);
  await again.return?.();
  await other.return?.();
});

test("one that nobody reads ends with its time, and lets the next one in", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const rows = exportsInThreads(await migratedPlace("sqlite"), { ofOne: 2, longest });
  const stalled = [begin(rows, "a"), begin(rows, "b")];
  for (const one of stalled) expect((await one.next()).done).toBe(false);
  vi.advanceTimersByTime(150_000);
  // Waits for a place, which the stalled ones give back only because their time ends.
  const waiting = begin(rows, "c");
  const piece = waiting.next();
  vi.advanceTimersByTime(150_000);
  expect((await piece).done).toBe(false);
  for (const one of stalled) expect(await codeOf(one.next())).toBe("export-too-long");
  await waiting.return?.();
});

test("a thread that has ended an export makes the next one, with the rows of that moment", async () => {
  const place = await migratedPlace("sqlite");
  const rows = exportsInThreads(place, { ofOne: 1, longest });
  const text = async (tenant: string) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of rows(order(tenant))) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };
  const made = vi.spyOn(IdleThreads.prototype, "giveBack");
  const head = await text("a");
  expect(head).toContain("受付番号");
  expect(await text("b")).toBe(head);
  expect(new Set(made.mock.calls.map(([worker]) => worker.threadId)).size).toBe(1);
  expect(made).toHaveBeenCalledTimes(2);
});
