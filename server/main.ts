import process from "node:process";
import "./start/require-node.js";

const { serve } = await import("./start/serve.ts");
const { startFailure } = await import("./start/start-failure.ts");
await serve().catch((error: unknown) => {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exit(1);
});
