import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { batchThreads } from "./batch-threads.ts";

test("threads that die are begun again after pauses that grow, and nobody waits for an answer for ever", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "inkan-threads-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const begun = path.join(folder, "begun");
  const worker = path.join(folder, "dies.mjs");
  writeFileSync(begun, "");
  writeFileSync(
    worker,
    `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(begun)}, "x"); process.exit(3);`,
  );
  const ask = batchThreads<object, null, null>({ worker: pathToFileURL(worker), count: () => 1, batch: 1 });
  const shared = {};
  const started = performance.now();
  const threads = () => readFileSync(begun, "utf8").length;
  let asked = 0;
  while (threads() < 4) {
    await expect(ask({ shared, bytes: new Uint8Array(1), rest: null })).rejects.toThrow();
    asked += 1;
  }
  // Pauses of 50, 100 and 200 ms lie between four threads; a timer may come a little early.
  expect(performance.now() - started).toBeGreaterThan(340);
  expect(asked).toBeLessThanOrEqual(threads() + 1);
});

test.runIf(process.platform === "linux")("threads for work in bulk stand behind those of pages", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "inkan-threads-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const worker = path.join(folder, "asks.mjs");
  const answering = new URL("batch-worker.ts", import.meta.url).href;
  writeFileSync(
    worker,
    `import { getPriority } from "node:os"; import { readlinkSync } from "node:fs";
    import { answerBatches } from ${JSON.stringify(answering)};
    answerBatches(() => getPriority(Number(readlinkSync("/proc/thread-self").split("/").at(-1))));`,
  );
  const ask = batchThreads<object, null, number>({ worker: pathToFileURL(worker), count: () => 1, batch: 1 });
  const before = getPriority();
  expect(await ask({ shared: {}, bytes: new Uint8Array(1), rest: null })).toBe(Math.min(before + 5, 19));
  expect(getPriority()).toBe(before);
});
