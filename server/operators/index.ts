export { type AddedOperator, addOperator, type OperatorEntry } from "./add-operator.ts";
export { addStaff } from "./add-staff.ts";
export { type Admission, type AdmissionDeps, operatorAdmission, staffAdmission } from "./admission.ts";
export {
  fingerprintOf,
  judgeClientCertificate,
  REFUSALS,
  type Refusal,
  type Verdict,
} from "./client-certificate.ts";
export { operatorsDeskRoutes } from "./desk.ts";
export { disableStaff } from "./disable-staff.ts";
export type { IssuedClientCertificate, IssuedKeyFile } from "./issue-client-certificate.ts";
export {
  issueOperatorCertificate,
  issueOperatorCertificateForCsr,
  type OperatorCertificateDeps,
} from "./issue-operator-certificate.ts";
export {
  issueStaffCertificate,
  issueStaffCertificateForCsr,
  type StaffCertificateDeps,
} from "./issue-staff-certificate.ts";
export type {
  HolderKind,
  OperatorState,
  StaffState,
} from "./operator.ts";
export {
  type ClientCertificateLine,
  type ListOperators,
  type ListStaff,
  listOperators,
  listStaff,
  type OperatorLine,
  type OperatorToAttend,
  operatorsAwaitingCertificate,
  operatorsToRenew,
  type ShowOperator,
  type ShowStaff,
  type StaffLine,
  showOperator,
  showStaff,
} from "./pages.ts";
export { removeOperator } from "./remove-operator.ts";
export { resumeOperator } from "./resume-operator.ts";
export { type CloseSockets, type SuspensionDeps, suspendOperator } from "./suspend-operator.ts";
export { operatorTables } from "./tables.ts";
