export {
  DEFAULT_POLICY,
  isVetted,
  LEGAL_FORMS,
  offersEnglishSubject,
  SUBJECT_LANGUAGES,
  type SubjectLanguage,
  type SubscriberPolicy,
  type VettedRecord,
} from "./organization.ts";
export {
  type OrganizationDeps,
  type OrganizationEntry,
  registerOrganization,
} from "./register-organization.ts";
export { addSubscriber, organizationStore } from "./store.ts";
export { organizationTables } from "./tables.ts";
