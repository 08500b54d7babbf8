import path from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

const major = Number(process.versions.node.split(".")[0]);
if (major < 26) {
  throw new Error(
    `The tests need Node 26, this is ${process.versions.node}: run them with "npm test" or "npx vitest", ` +
      "which use the Node that npm installed.",
  );
}

// Workers and the servers that they start read the same modules again and again: compiled once, they are kept.
process.env["NODE_COMPILE_CACHE"] ??= path.join(import.meta.dirname, "node_modules/.cache/inkan-compiled");

const common = {
  setupFiles: ["test/support/setup.ts"],
  // Long enough for a machine that has ten other things to do: slow is not wrong.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000 } },
  pool: "forks" as const,
};

export default defineConfig({
  test: {
    // Much of a test's time is spent waiting for a process, a database or a browser: one worker would leave a core idle.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Pure rules stand beside their file and need nothing started, nor a process of their own.
      { test: { ...common, name: "pure", include: ["server/**/*.test.ts"], isolate: false } },
      {
        test: {
          ...common,
          name: "booted",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**"],
          globalSetup: ["test/support/global-setup.ts", "test/support/demo-template-setup.ts"],
        },
      },
      {
        test: {
          ...common,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/support/demo-template-setup.ts"],
        },
      },
    ],
  },
});
