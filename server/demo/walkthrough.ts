import { rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import "../start/require-node.js";

const folder = path.resolve(process.env["INKAN_WALKTHROUGH_DIR"] ?? "walkthrough");
// Always a fresh instance: what it proves does not rest on what an earlier run left.
await rm(folder, { recursive: true, force: true });

const { walkThrough } = await import("./walk-through.ts");
process.exitCode = (await walkThrough(folder)) ? 0 : 1;
