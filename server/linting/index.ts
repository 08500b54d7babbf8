export { lintingDeskRoutes } from "./desk.ts";
export { LINT_JOB, lintEveryNight, lintEverythingAlive, lintingJob } from "./lint-alive.ts";
export { latestLintReports, showLintReport } from "./pages.ts";
export { lintingTables } from "./tables.ts";
