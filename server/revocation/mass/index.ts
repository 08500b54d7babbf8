/** Mass revocation with replacements made beforehand: what sites and start may use. */
export { massRevocationDeskRoutes } from "./desk.ts";
export { draftMassRevocation } from "./draft-mass-revocation.ts";
export { MASS_REVOCATION_JOB } from "./mass-revocation.ts";
export { massRevocationJob } from "./mass-revocation-job.ts";
export { ownMassRevocations } from "./own-pages.ts";
export { settleMassRevocations } from "./settle-mass-revocations.ts";
export { ownMassRevocationRoutes } from "./subscriber.ts";
