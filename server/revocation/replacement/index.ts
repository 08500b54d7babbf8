/** Reissue, replacement and mass revocation: what sites and start may use. */
export { applicantReissueRoutes } from "./applicant.ts";
export { massRevocationDeskRoutes } from "./mass-desk.ts";
export { MASS_REVOCATION_JOB } from "./mass-revocation.ts";
export { massRevocationJob } from "./mass-revocation-job.ts";
export { ownMassRevocationRoutes } from "./mass-subscriber.ts";
export { ownMassRevocations } from "./own-mass-pages.ts";
export { replaceIssued } from "./replace-issued.ts";
export { settleMassRevocations } from "./settle-mass-revocations.ts";
