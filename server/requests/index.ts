/** Certificate requests: what the rooms above may use. */
export { applicantRequestRoutes } from "./applicant.ts";
export { draftIn, dropDraft, keepDraft } from "./applicant-form.ts";
export { approveRequest, approveRequests } from "./approve-request.ts";
export { APPROVALS_JOB, approvalsJob, type IssuingDeps, startApprovals } from "./approve-requests.ts";
export { cancelRequest } from "./cancel-request.ts";
export type { CertificatePageDeps, CertificateRevocation } from "./certificate-standing.ts";
export { checkRequest, type Facts, firstProblem } from "./checks.ts";
export { type CsrPreview, previewCsr } from "./csr-preview.ts";
export { certificateDeskRoutes } from "./desk.ts";
export type { ExportDeps, ExportOrder } from "./exports/export-order.ts";
export { exportRows } from "./exports/export-rows.ts";
export { exportsInThreads } from "./exports/export-threads.ts";
export { factsOfGroup } from "./group-facts.ts";
export { heldByOthers } from "./held-keys.ts";
export type { HomeDeps, MassRevocationNotice } from "./home-notices.ts";
export { describeKey } from "./key-description.ts";
export { addressOf, type Chip, type Pager, pagerOf, placeIn, placeQuery } from "./list-query.ts";
export { type Outcome, outcomeMail } from "./mails.ts";
export { opensslCommand } from "./openssl-command.ts";
export { operatorRequestRoutes } from "./operator.ts";
export type { OperatorRequestDeps } from "./operator-approvals.ts";
export { displayName } from "./pages/display-name.ts";
export { countPending } from "./pages/operator-home.ts";
export { sentFromDraft } from "./pages/submitted-request.ts";
export { type Parties, partiesOf } from "./parties.ts";
export { newReceiptNumber } from "./receipt-number.ts";
export { rejectRequest } from "./reject-request.ts";
export { replacedCertificates } from "./replaced-certificates.ts";
export {
  compromiseDeadline,
  DEFAULT_GRACE_DAYS,
  GRACE_DAYS,
  REISSUE_REASONS,
  REQUEST_KINDS,
  type ReissueReason,
  type Replaced,
  type RequestKind,
  replaceable,
  retirementOf,
} from "./replacement.ts";
export type {
  CoverageEvidence,
  IssueFailure,
  Product,
  RequestEvent,
  RequestState,
  Shape,
} from "./request.ts";
export { problemOf } from "./request.ts";
export { csrToShow, problemErrors, sentCsr } from "./request-form.ts";
export { requestStore, type StoredRequest, searchedNamesOf } from "./store.ts";
export { subjectOfRequest } from "./subject.ts";
export { type FieldProblem, judgeSubmission, readSubmission, type Submission } from "./submission.ts";
export { auditRefusal, type RequestDeps, type SubmitOutcome, submitRequest } from "./submit-request.ts";
export { requestTables } from "./tables.ts";
