export {
  CALENDAR,
  isInForceBy,
  MILESTONE_IDS,
  type Milestone,
  type MilestoneId,
  milestonesAhead,
} from "./calendar.ts";
export type { Moment } from "./dated.ts";
export {
  type GroundRule,
  groundRule,
  PUBLIC_REVOCATION,
  REVOCATION_GROUNDS,
  type RevocationGround,
  type RevocationRules,
} from "./revocation-grounds.ts";
export {
  isMethodInForce,
  isPermitted,
  isValidationMethod,
  isValidationUsable,
  type MethodRule,
  PUBLIC_METHODS,
  RANDOM_VALUE,
  reuseLimit,
  VALIDATION_METHODS,
  VALIDATION_SCOPES,
  type ValidationMethod,
  type ValidationRules,
  type ValidationScope,
  validationLapsesAt,
} from "./validation-methods.ts";
export {
  identityLapsesAt,
  identityReuseLimit,
  isValidityPermitted,
  longestValidityDays,
  notAfterOf,
  PUBLIC_VALIDITY,
  recommendedValidityDays,
  type ValidityRow,
  validityDays,
} from "./validity.ts";
