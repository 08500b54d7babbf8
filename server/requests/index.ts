/** Certificate requests: what the rooms above may use. */
export { applicantRequestRoutes } from "./applicant.ts";
export { type ApprovalResult, approveRequest, approveRequests } from "./approve-request.ts";
export { APPROVALS_JOB, approvalsJob, type IssuingDeps } from "./approve-requests.ts";
export { cancelRequest } from "./cancel-request.ts";
export { CHECKS, type Check, type CheckResult, checkRequest, type Facts, firstProblem } from "./checks.ts";
export { factsOf } from "./facts.ts";
export { type MailContext, type MailedRequest, type Outcome, outcomeMail } from "./mails.ts";
export { type OperatorRequestDeps, operatorRequestRoutes } from "./operator.ts";
export { countPending } from "./pages/operator-home.ts";
export { type Parties, partiesOf } from "./parties.ts";
export { rejectRequest } from "./reject-request.ts";
export {
  type CoverageEvidence,
  type IssueFailure,
  mayHappen,
  type Product,
  problemOf,
  REQUEST_STATES,
  type RequestEvent,
  type RequestState,
  type Shape,
  TRANSITIONS,
  type Transition,
} from "./request.ts";
export { type Changes, requestStore, type StoredRequest } from "./store.ts";
export { subjectDifferences, subjectOfRequest } from "./subject.ts";
export type { Submission } from "./submission.ts";
export { type RequestDeps, type SubmitOutcome, submitRequest } from "./submit-request.ts";
export { requestTables } from "./tables.ts";
