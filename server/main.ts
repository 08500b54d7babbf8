import process from "node:process";
import { requireNode } from "./start/require-node.ts";

requireNode();

const { serve } = await import("./start/serve.ts");
const { startFailure } = await import("./start/start-failure.ts");
await serve().catch((error: unknown) => {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exit(1);
});
