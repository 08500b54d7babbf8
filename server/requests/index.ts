/** Certificate requests: what the rooms above may use. */
export { applicantRequestRoutes } from "./applicant.ts";
export { approveRequest, approveRequests } from "./approve-request.ts";
export { APPROVALS_JOB, approvalsJob, type IssuingDeps } from "./approve-requests.ts";
export { cancelRequest } from "./cancel-request.ts";
export { checkRequest, type Facts, firstProblem } from "./checks.ts";
export { factsOf } from "./facts.ts";
export { type Outcome, outcomeMail } from "./mails.ts";
export { type OperatorRequestDeps, operatorRequestRoutes } from "./operator.ts";
export { countPending } from "./pages/operator-home.ts";
export { type Parties, partiesOf } from "./parties.ts";
export { rejectRequest } from "./reject-request.ts";
export type {
  CoverageEvidence,
  IssueFailure,
  RequestEvent,
  RequestState,
} from "./request.ts";
export { requestStore, type StoredRequest } from "./store.ts";
export { subjectOfRequest } from "./subject.ts";
export type { Submission } from "./submission.ts";
export { type RequestDeps, submitRequest } from "./submit-request.ts";
export { requestTables } from "./tables.ts";
