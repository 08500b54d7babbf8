import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { freePorts } from "../../server/demo/free-ports.ts";
import { afterwards } from "./databases.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** A server that was started as a process of its own, and what it said. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  stop(): Promise<number | null>;
}

/** The environment of a server whose everything lies below `folder`, on free ports. */
export async function environmentIn(folder: string): Promise<Record<string, string>> {
  return {
    PATH: process.env["PATH"] ?? "",
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? "",
    ...(await freePorts()),
    INKAN_DATA_DIR: path.join(folder, "data"),
    INKAN_CERTS_DIR: path.join(folder, "certs"),
    INKAN_PASSPHRASE_FILE: path.join(folder, "secrets", "passphrase"),
  };
}

/** Starts `server/main.ts` as `npm start` does; it is ended when the test is over, or the test file. */
export function startServer(
  environment: Record<string, string>,
  node: readonly string[] = [process.execPath],
) {
  const [command = process.execPath, ...options] = node;
  const child = spawn(command, [...options, path.join(ROOT, "server/main.ts")], {
    cwd: environment["INKAN_DATA_DIR"] ? path.dirname(environment["INKAN_DATA_DIR"]) : ROOT,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const stop = async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    return ended;
  };
  afterwards(stop);
  return { child, output, ended, stop } satisfies ServerProcess;
}

/** Waits until the server has printed its table of addresses. */
export async function untilServing(server: ServerProcess): Promise<void> {
  const over = server.ended.then((code) => {
    throw new Error(`the server ended (${code}): ${server.output.stderr}`);
  });
  const serving = new Promise<void>((resolve) => {
    const look = () => server.output.stdout.includes("/health") && resolve();
    server.child.stdout?.on("data", look);
    look();
  });
  await Promise.race([serving, over]);
}
