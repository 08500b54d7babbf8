import { rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import "../start/require-node.js";

const folder = path.resolve(process.env["INKAN_DEMO_DIR"] ?? "demo");
if (process.argv.includes("--fresh")) await rm(folder, { recursive: true, force: true });

const { runDemo } = await import("./run-demo.ts");
await runDemo(folder);
