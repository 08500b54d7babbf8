export { type ApplicantDomainDeps, applicantDomainRoutes } from "./applicant.ts";
export { type CheckDeps, checkValidation } from "./check-validation.ts";
export { type Coverage, type CoveredName, coverNames } from "./cover-names.ts";
export { domainDeskRoutes } from "./desk.ts";
export { type DomainLine, domainLines } from "./desk-pages.ts";
export type {
  ApprovalScope,
  DomainState,
  ValidationRecord,
} from "./domain.ts";
export { type DomainDeps, registerDomain } from "./register-domain.ts";
export { startValidation } from "./start-validation.ts";
export { domainTables } from "./tables.ts";
export { type Distrust, withdrawValidations } from "./withdraw-validations.ts";
export { withdrawnAmong } from "./withdrawn-validations.ts";
