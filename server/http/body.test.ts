import type { Request, Response } from "express";
import { expect, test } from "vitest";
import { readBody } from "./body.ts";

/** What a multipart request of which nothing but the headers has come is answered with; null: it is read on. */
function refusalOf(headers: Record<string, string>): string | null {
  let refused: string | null = null;
  const request = { headers, is: (type: string) => type === "multipart/form-data" } as unknown as Request;
  readBody(request, {} as Response, (problem) => {
    refused = (problem as { code?: string } | undefined)?.code ?? null;
  });
  return refused;
}

test.each([
  // Two hundred fields of the largest size would be 25 MiB in memory, for anybody who asks.
  [{ "content-length": String(200 * 128 * 1024) }, "too-large"],
  [{ "content-length": String(3 * 128 * 1024 + 1) }, "too-large"],
  [{ "transfer-encoding": "chunked" }, "form-invalid"],
])("a multipart form of %j is refused unread: %s", (headers, code) => {
  expect(refusalOf(headers)).toBe(code);
});
