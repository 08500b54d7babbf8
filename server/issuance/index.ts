export {
  ISSUANCE_STEPS,
  type IssuanceDeps,
  type IssuedRequest,
  type IssueOutcome,
  type RefusedRequest,
} from "./issuance.ts";
export { type IssuedGroup, issueApproved } from "./issue-approved.ts";
export { type FailedIssuance, failedIssuances } from "./pages.ts";
export { recoverIssuance } from "./recover-issuance.ts";
export { issuanceTables } from "./tables.ts";
export { drain, type IssuanceWorker, issuanceWorker, type WorkerOptions } from "./worker.ts";
