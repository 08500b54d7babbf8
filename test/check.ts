import { spawn } from "node:child_process";
import process from "node:process";

/**
 * `npm run check`: types, format and lint, walls between the rooms, dead code, migrations. All at once, each with its
 * time; what fails prints what it said. Tests of behaviour are `npm test`'s.
 */
const checks: Record<string, readonly string[]> = {
  types: ["tsc"],
  "format and lint": ["biome", "ci", "--error-on-warnings", "."],
  walls: ["depcruise", "--config", ".dependency-cruiser.mjs", "server"],
  "dead code": ["knip"],
  migrations: ["node", "server/cli/generate-migrations.ts", "--check"],
};

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly said: string;
}

function run(name: string, [command = "", ...args]: readonly string[]): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
    child.on("error", (error) => resolve({ name, ok: false, seconds: 0, said: error.message }));
    child.on("close", (code) =>
      resolve({ name, ok: code === 0, seconds: (performance.now() - started) / 1000, said }),
    );
  });
}

const outcomes = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
for (const { name, ok, seconds, said } of outcomes) {
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${name.padEnd(16)} ${seconds.toFixed(1)} s\n`);
  if (!ok) process.stdout.write(`${said.trimEnd()}\n\n`);
}
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;
