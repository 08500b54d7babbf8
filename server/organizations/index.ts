export { organizationDeskRoutes } from "./desk.ts";
export {
  DEFAULT_POLICY,
  isVetted,
  offersEnglishSubject,
  SUBJECT_LANGUAGES,
  type SubjectLanguage,
  type SubscriberPolicy,
  type VettedRecord,
} from "./organization.ts";
export {
  type LapsingOrganization,
  lapsingOrganizations,
  type OrganizationLine,
  organizationsOf,
  type PersonLine,
  peopleOf,
  type SubscriberRecord,
  showOrganization,
  subscriberNames,
  subscriberOf,
  subscriberWithSiteId,
} from "./pages.ts";
export {
  type OrganizationDeps,
  type OrganizationEntry,
  registerOrganization,
} from "./register-organization.ts";
export { addSubscriber, organizationStore } from "./store.ts";
export { organizationTables } from "./tables.ts";
export { vettedSubjectOf } from "./vetted-subject.ts";
