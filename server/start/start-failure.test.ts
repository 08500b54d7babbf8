import { expect, test } from "vitest";
import { Problem } from "../kernel/problem.ts";
import { startFailure } from "./start-failure.ts";

test("a start that fails says why, in both languages", () => {
  expect(startFailure(new Problem("data-folder-in-use", { folder: "/srv/inkan" }))).toMatch(
    /\/srv\/inkan[\s\S]*\n[\s\S]*\/srv\/inkan/,
  );
  const taken = Object.assign(new Error("listen"), { code: "EADDRINUSE", address: "127.0.0.1", port: 8440 });
  expect(startFailure(taken)).toContain("Another program is using 127.0.0.1:8440");
  expect(startFailure(new Error("EACCES: permission denied, mkdir '/srv'"))).toContain(
    "Inkan could not start: Error: EACCES: permission denied, mkdir '/srv'",
  );
});
