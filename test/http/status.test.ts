import supertest from "supertest";
import { describe, expect, test } from "vitest";
import { stagedDemo, strangerAt } from "../support/staged-demo.ts";

/** /health and /metrics, on a listener of their own for the machine's monitoring. */

const demo = stagedDemo();

/** Asks the real listener: an address, never a handler, so that the server's own limits and headers are in the way. */
async function ask(path: string, method = "GET"): Promise<{ status: number; text: string; type: string }> {
  const answer = await supertest(demo().access.sites.status)
    [method === "POST" ? "post" : "get"](path)
    .buffer(true);
  return { status: answer.status, text: answer.text, type: answer.headers["content-type"] ?? "" };
}

describe("the status listener", () => {
  test("says that all is well, check by check", async () => {
    const { status, text, type } = await ask("/health");
    expect([status, type]).toEqual([200, "application/json"]);
    expect(JSON.parse(text)).toEqual({
      status: "ok",
      checks: {
        database: "ok",
        crls: "ok",
        "OCSP responders": "ok",
        "problem reports": "ok",
        "site certificate": "ok",
      },
    });
  });

  test("counts requests by site, method and status, and nothing that names a person or a path", async () => {
    await strangerAt(demo(), "public").get("/?secret=s3cret");
    const { status, text } = await ask("/metrics");
    expect(status).toBe(200);
    const counted = text
      .split("\n")
      .filter((line) => line.includes('site="public"') && line.includes("_count"));
    expect(counted.join("\n")).toMatch(/method="GET",status="200"|status="200",method="GET"/);
    expect(text).toMatch(/^# TYPE inkan_process_cpu_user_seconds_total counter$/m);
    expect(text).not.toMatch(/s3cret|hanako|example\.co\.jp/);
  });

  test("answers nothing else, and only on the loopback address", async () => {
    expect((await ask("/")).status).toBe(404);
    expect((await ask("/health/x")).status).toBe(404);
    expect((await ask("/health", "POST")).status).toBe(405);
    expect(demo().access.sites.status).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  // The last one: nothing works afterwards.
  test("names what is failing once the database is gone", async () => {
    await demo().inkan.db.close();
    const { status, text } = await ask("/health");
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({
      status: "failing",
      checks: { database: "failing", "site certificate": "ok" },
    });
    // The sites say so as well, without a word about why.
    const page = await strangerAt(demo(), "applicant").get("/login");
    expect([200, 500, 503]).toContain(page.status);
    expect(page.text).not.toMatch(/sqlite|at .*\.ts:\d+|node_modules/i);
  });
});
