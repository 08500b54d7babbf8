import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/databases.ts";

/** The openssl command with whatever it says: for tests that look at refusals or at its standard error. */
export function openssl(
  args: readonly string[],
  input = "",
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync("openssl", args, {
    encoding: "utf8",
    input,
    maxBuffer: 1 << 26,
  });
  return { status, stdout, stderr };
}

/** A private folder for inputs to the openssl command, gone with its test or its test file. */
export function workbench() {
  const folder = temporaryFolder();
  return {
    folder,
    file(name: string, content: Uint8Array | string): string {
      const path = join(folder, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    },
    read: (name: string): Buffer => readFileSync(join(folder, name)),
    /** Standard output; a non-zero exit throws with standard error. UTF-8 names are printed as they are. */
    openssl(...args: string[]): string {
      return execFileSync("openssl", args, {
        encoding: "utf8",
        cwd: folder,
        maxBuffer: 1 << 26,
        stdio: ["ignore", "pipe", "pipe"],
      });
    },
  };
}
