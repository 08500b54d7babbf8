import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";

/** The walls of the house stand: they read the code at all, and something pushed through one is noticed. */
const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "..");

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

async function cruise(...folders: string[]): Promise<Cruise["summary"]> {
  const command = path.join(root, "node_modules/.bin/depcruise");
  const args = ["--config", ".dependency-cruiser.mjs", "--output-type", "json", ...folders];
  const { stdout } = await run(command, args, { cwd: root, maxBuffer: 256 * 1024 * 1024 }).catch(
    (failed: { stdout: string }) => failed,
  );
  return (JSON.parse(stdout) as Cruise).summary;
}

const planted: string[] = [];
async function plant(room: string, source: string): Promise<string> {
  const folder = await mkdtemp(path.join(root, "server", room, "planted-"));
  planted.push(folder);
  const file = path.join(folder, "planted.ts");
  await writeFile(file, source);
  return path.relative(root, file);
}
afterEach(async () => {
  for (const folder of planted.splice(0)) await rm(folder, { recursive: true });
});

describe("the walls between the rooms", () => {
  it("read the whole house", async () => {
    const { totalCruised, violations } = await cruise("server");
    expect(totalCruised).toBeGreaterThan(150);
    // Not what another run in this checkout has just planted.
    expect(violations.filter(({ from }) => !from.includes("/planted-"))).toEqual([]);
  });

  it.each([
    ["kernel", 'export { readConfig } from "../../config.ts";', "kernel-imports-nothing"],
    ["rules", 'export { openDatabase } from "../../db/index.ts";', "rules-know-the-kernel"],
    ["pki", 'export { openDatabase } from "../../db/index.ts";', "pki-knows-rules-and-kernel"],
    ["http", 'export { requestTables } from "../../requests/tables.ts";', "http-knows-no-feature"],
    ["organizations", 'export { requestTables } from "../../requests/tables.ts";', "floor-1-organizations"],
    ["requests", 'export { isCoveredBy } from "../../domains/coverage.ts";', "features-by-their-index"],
    ["requests", 'import pg from "pg";\nexport const pool = pg.Pool;', "one-holder-of-raw-connections"],
    [
      "requests",
      'import forge from "node-forge";\nexport const rsa = forge.pki.rsa;',
      "forge-only-for-pkcs12",
    ],
  ])("notice a hole in the wall of %s", async (room, source, rule) => {
    const file = await plant(room, source);
    const { violations } = await cruise(file);
    expect(violations.filter(({ from }) => from === file).map(({ rule: { name } }) => name)).toContain(rule);
  });
});
