export { type ApplicantDomainDeps, applicantDomainRoutes } from "./applicant.ts";
export { type CheckDeps, checkValidation } from "./check-validation.ts";
export { type Coverage, type CoveredName, coverNames } from "./cover-names.ts";
export { isCoveredBy } from "./coverage.ts";
export { domainDeskRoutes } from "./desk.ts";
export { type DomainLine, domainLines } from "./desk-pages.ts";
export {
  APPROVAL_SCOPES,
  type ApprovalScope,
  DOMAIN_LIMIT,
  DOMAIN_STATES,
  type DomainState,
  type ValidationRecord,
} from "./domain.ts";
export { type DomainDeps, registerDomain } from "./register-domain.ts";
export { startValidation } from "./start-validation.ts";
export { domainTables } from "./tables.ts";
