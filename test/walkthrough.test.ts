import { spawn } from "node:child_process";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ENGINES, emptyPlace, temporaryFolder } from "./support/databases.ts";

const root = path.resolve(import.meta.dirname, "..");

/** The command of the README, as a process of its own. */
function walkthrough(environment: Record<string, string>): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["server/demo/walkthrough.ts"], {
      cwd: root,
      env: {
        PATH: process.env["PATH"],
        NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill());
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
    child.on("close", (code) => resolve({ code, said }));
  });
}

describe.each(ENGINES)("the walkthrough on %s", (engine) => {
  it("holds from the first start to openssl s_client", async () => {
    const { url } = await emptyPlace(engine);
    const { code, said } = await walkthrough({
      INKAN_WALKTHROUGH_DIR: path.join(temporaryFolder(), "walkthrough"),
      ...(url === null ? {} : { DATABASE_URL: url }),
    });
    expect(said).toContain(engine === "sqlite" ? "runs on SQLite" : "runs on PostgreSQL");
    expect(said).toContain("Everything held");
    expect(said).not.toContain("FAIL");
    expect(code).toBe(0);
  });
});
