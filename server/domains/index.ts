export { type CheckDeps, checkValidation } from "./check-validation.ts";
export { type Coverage, type CoveredName, coverNames } from "./cover-names.ts";
export { isCoveredBy } from "./coverage.ts";
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
