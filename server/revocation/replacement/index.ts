/** Reissue: what sites and start may use. */
export { applicantReissueRoutes } from "./applicant.ts";
export { replaceIssued } from "./replace-issued.ts";
