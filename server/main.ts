import process from "node:process";
import { requireNode } from "./require-node.ts";

requireNode();

const { serve } = await import("./serve.ts");
const { startFailure } = await import("./start-failure.ts");
await serve().catch((error: unknown) => {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exit(1);
});
