export type { AlsoStore, AuthorityDeps, IssueOrder, Signers, StoredCertificate } from "./authority.ts";
export {
  compromisedAmong,
  declarationOfKey,
  holdBlockedKeys,
  isKeyCompromised,
  moveDeclaration,
  releaseDeclaredKey,
  reportCompromisedKey,
} from "./compromised-keys.ts";
export { publishCrl, publishDueCrls, publishRootCrl } from "./crl.ts";
export { type CrlHealth, crlHealth } from "./crl-health.ts";
export { type Crl, currentCrl } from "./crl-store.ts";
export { statusDeskRoutes } from "./desk.ts";
export {
  areEstablished,
  type EstablishDeps,
  type EstablishPlanDeps,
  establishHierarchies,
  establishPlan,
  loadSigners,
  type Tokens,
} from "./hierarchies.ts";
export {
  type HierarchyPlan,
  type IssuerPlan,
  KEY_PLACES,
  type KeyPlace,
  LONGEST_DAYS,
} from "./hierarchy-plan.ts";
export { abandonIntents, type Intent, makeIntent, storeIntents } from "./intents.ts";
export { issueCertificate } from "./issue-certificate.ts";
export {
  type CertificateState,
  ISSUER_ROLES,
  type IssuerRole,
  type OnlineRole,
  REVOCATION_REASONS,
  type RevocationReason,
} from "./issuer.ts";
export { chainOf, type Issuer, issuerOf } from "./issuers.ts";
export { isKeyHeldByAnother, liveKeyHolders } from "./key-holders.ts";
export { fileKeys } from "./key-stores.ts";
export { type IssuerKey, type MadeHierarchies, makeHierarchies } from "./make-hierarchies.ts";
export { isOcspRequest, ocspHandler } from "./ocsp-handler.ts";
export type { OcspHealth } from "./ocsp-health.ts";
export {
  type OcspFigures,
  type OcspOptions,
  type OcspResponder,
  ocspResponder,
} from "./ocsp-responder.ts";
export { type AbandonedIntent, recoverIntents } from "./recover.ts";
export { replaceCertificates } from "./replace-certificates.ts";
export { type RepositoryFile, repositoryHandler } from "./repository.ts";
export {
  type Revocation,
  type RevokedGroup,
  revokeCertificate,
  revokeCertificates,
} from "./revoke-certificate.ts";
export { type SignedIntent, signIntent } from "./sign-intent.ts";
export { storeSigned } from "./store-certificates.ts";
export { authorityTables, endedCertificate, otherThanOv } from "./tables.ts";
