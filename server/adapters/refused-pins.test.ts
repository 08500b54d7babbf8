import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { refusedPinsIn } from "./refused-pins.ts";

test("a PIN that a token refused is not tried again by the next process; another PIN or token is", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "inkan-pins-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await refusedPinsIn(folder).refuse("online", "1234");
  await refusedPinsIn(folder).remember("online", "1234");
  const file = path.join(folder, "refused-pin");
  const next = refusedPinsIn(folder);
  await expect(next.refuse("online", "1234")).rejects.toMatchObject({
    code: "pkcs11-pin-refused-before",
    params: { token: "online", file },
  });
  await next.refuse("online", "12345");
  await next.refuse("other", "1234");
  expect(readFileSync(file, "utf8")).not.toContain("1234\n");
  expect(statSync(file).mode & 0o077).toBe(0);
  rmSync(file);
  await next.refuse("online", "1234");
});
