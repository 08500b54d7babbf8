export { enqueueJob } from "./enqueue-job.ts";
export { followJob, settledSoon } from "./follow-job.ts";
export type { Job, JobPayload, JobState, NewJob } from "./job.ts";
export { type JobProgress, showJob } from "./pages.ts";
export { type JobHandler, type JobRun, jobRunner, type Runner, type RunnerDeps } from "./runner.ts";
export { type Schedule, schedule } from "./schedule.ts";
export { jobTables } from "./tables.ts";
