import path from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Seconds on two cores, of whatever takes long; only the order of the figures counts. */
const SECONDS: Readonly<Record<string, number>> = {
  "test/browser/pages-of-the-desk.test.ts": 100,
  "test/browser/pages-of-applicants.test.ts": 100,
  "test/browser/pages-of-operators.test.ts": 90,
  "test/http/csrf.test.ts": 80,
  "test/http/isolation.test.ts": 60,
  "test/crash/issuance.test.ts": 60,
  "test/http/bad-input.test.ts": 60,
  "test/http/first-start.test.ts": 59,
  "test/browser/desk.test.ts": 57,
  "test/walkthrough.test.ts": 56,
  "test/browser/revocation.test.ts": 54,
  "test/browser/problem-reports.test.ts": 53,
  "test/browser/account.test.ts": 53,
};
/** A browser's file opens a stage of its own. */
const OF_A_BROWSER = 40;
const OF_A_SERVER = 10;

function secondsOf({ moduleId, project }: TestSpecification): number {
  const file = path.relative(project.config.root, moduleId).replaceAll(path.sep, "/");
  const others = { browser: OF_A_BROWSER, booted: OF_A_SERVER }[project.name] ?? 0;
  return SECONDS[file] ?? others;
}

/** Begins with what takes longest, across the projects: the workers are to end together, not one with a long file. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => secondsOf(other) - secondsOf(one));
  }
}
