import { defineConfig } from "vitest/config";

const major = Number(process.versions.node.split(".")[0]);
if (major < 26) {
  throw new Error(
    `The tests need Node 26, this is ${process.versions.node}: run them with "npm test" or "npx vitest", ` +
      "which use the Node that npm installed.",
  );
}

const common = {
  setupFiles: ["test/support/setup.ts"],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  pool: "forks" as const,
};

export default defineConfig({
  test: {
    // Much of a test's time is spent waiting for a process, a database or a browser: one worker would leave a core idle.
    maxWorkers: 2,
    projects: [
      // Pure rules stand beside their file and need nothing started.
      { test: { ...common, name: "pure", include: ["server/**/*.test.ts"] } },
      {
        test: {
          ...common,
          name: "booted",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**"],
          globalSetup: ["test/support/global-setup.ts"],
        },
      },
      {
        test: {
          ...common,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/global-setup.ts"],
        },
      },
    ],
  },
});
