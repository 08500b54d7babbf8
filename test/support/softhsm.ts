import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { type TestContext, test } from "vitest";

/**
 * Tokens of SoftHSM2, a token in software (Debian: `softhsm2`). Tests that need one do not run where it is missing, and
 * say so.
 */
const MODULES = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/usr/lib64/softhsm/libsofthsm2.so",
  "/usr/local/lib/softhsm/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];
const softHsmModule = MODULES.find((file) => existsSync(file)) ?? "";

function whyAbsent(): string | null {
  if (softHsmModule === "") return "SoftHSM2 is not installed (Debian: apt-get install softhsm2)";
  try {
    createRequire(import.meta.url).resolve("graphene-pk11");
    execFileSync("softhsm2-util", ["--version"], { stdio: "ignore" });
    return null;
  } catch (error) {
    return `softhsm2-util or the optional package graphene-pk11 is missing (${(error as Error).message.split("\n")[0]})`;
  }
}

export const softHsmAbsent = whyAbsent();

/** A test that needs a token. Where there is none it is skipped, and the run says why. */
export const tokenTest = (
  name: string,
  run: (context: TestContext) => Promise<void>,
  timeout = 60_000,
): void => {
  test(name, { timeout }, async (context) => {
    if (softHsmAbsent !== null) {
      process.stdout.write(`did not run: ${name}: ${softHsmAbsent}\n`);
      return context.skip(softHsmAbsent);
    }
    await run(context);
  });
};

export interface SoftHsm {
  readonly module: string;
  readonly tokens: string;
  /** What a child process needs in its environment to see the same tokens. */
  readonly env: { readonly SOFTHSM2_CONF: string };
  /** An empty token. */
  add(label: string, pin: string): void;
  /** softhsm2-util with these arguments. */
  util(...words: string[]): void;
  remove(): void;
}

/**
 * A folder of tokens for this process, which the library reads when it is first used: one a test file.
 */
export function softHsm(): SoftHsm {
  const folder = mkdtempSync(path.join(tmpdir(), "inkan-softhsm-"));
  const tokens = path.join(folder, "tokens");
  mkdirSync(tokens);
  const file = path.join(folder, "softhsm2.conf");
  writeFileSync(file, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const env = { SOFTHSM2_CONF: file };
  process.env["SOFTHSM2_CONF"] = file;
  const util = (...words: string[]) => {
    execFileSync("softhsm2-util", words, { stdio: "ignore", env: { ...process.env, ...env } });
  };
  return {
    module: softHsmModule,
    tokens,
    env,
    util,
    add: (label, pin) =>
      util("--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "87654321"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
