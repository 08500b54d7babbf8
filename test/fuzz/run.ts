import process from "node:process";
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";

/** `npm run fuzz -- --inputs 1000000 [--seed 7]`: the same as in the tests, for as long as one likes. */
const { values } = parseArgs({
  options: { inputs: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const AT_ONCE = 20_000;
const inputs = Number(values.inputs);
let [done, accepted, slowest, failed] = [0, 0, 0, false];
for (let round = 0; done < inputs && !failed; round += 1) {
  const report = await fuzz(Math.min(AT_ONCE, inputs - done), Number(values.seed) + round);
  done += report.inputs;
  accepted += report.accepted;
  slowest = Math.max(slowest, report.slowestMs);
  failed = report.faults.length > 0 || slowest > 1000;
  process.stdout.write(`${done} inputs, ${accepted} accepted, slowest ${slowest.toFixed(1)} ms\n`);
  for (const fault of report.faults) process.stdout.write(`${fault}\n`);
}
process.exitCode = failed ? 1 : 0;
