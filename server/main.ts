import process from "node:process";
import { Problem } from "./kernel/problem.ts";

// Before anything that needs it is loaded: better-sqlite3 crashes on older versions instead of explaining itself.
const REQUIRED = 26;
const found = process.versions.node;
if (Number(found.split(".")[0]) < REQUIRED) {
  process.stderr.write(
    `Inkan needs Node ${REQUIRED} or newer, this is ${found}. Start it with "npm start": npm uses the Node that "npm ci" installed.\n`,
  );
  process.exit(1);
}

const { serve } = await import("./serve.ts");
try {
  await serve();
} catch (error) {
  const { startFailure } = await import("./start-failure.ts");
  process.stderr.write(`${startFailure(error)}\n`);
  if (!(error instanceof Problem)) process.stderr.write(`${(error as Error).stack ?? error}\n`);
  process.exit(1);
}
