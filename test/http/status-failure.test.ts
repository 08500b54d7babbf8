import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createMetrics } from "../../server/http/metrics.ts";
import { statusHandler } from "../../server/http/status.ts";

test("metrics that cannot be counted are a 500 and a report, not the end of the process", async () => {
  const metrics = createMetrics();
  const broken = new Error("cannot count");
  metrics.registry.metrics = () => Promise.reject(broken);
  const reported: unknown[] = [];
  const server = createServer(statusHandler([], metrics, (error) => void reported.push(error)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect([answer.status, await answer.text()]).toEqual([500, ""]);
  expect(reported).toEqual([broken]);
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
});
