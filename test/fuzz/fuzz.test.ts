import { expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";

/** Hours of it by command: `npm run fuzz -- --inputs 1000000`. */
const INPUTS = 100_000;

test(`${INPUTS} damaged requests, certificates, lists and names: no crash, no hang, nothing wrongly accepted`, async () => {
  const report = await fuzz(INPUTS, 20_261_121);
  expect(report.faults).toEqual([]);
  expect(report.inputs).toBe(INPUTS);
  expect(report.slowestMs).toBeLessThan(1000);
  // Damage that never lets anything through would show nothing.
  expect(report.accepted).toBeGreaterThan(1000);
  expect(report.accepted).toBeLessThan(INPUTS / 2);
});
