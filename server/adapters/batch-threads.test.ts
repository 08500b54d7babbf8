import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
  const until = 1500;
  let asked = 0;
  while (performance.now() - started < until) {
    await expect(ask({ shared, bytes: new Uint8Array(1), rest: null })).rejects.toThrow();
    asked += 1;
  }
  // 50, 100, 200, 400, 800 ms: without a pause there would be hundreds.
  const threads = readFileSync(begun, "utf8").length;
  expect(threads).toBeGreaterThan(2);
  expect(threads).toBeLessThan(8);
  expect(asked).toBeLessThanOrEqual(threads + 1);
});
