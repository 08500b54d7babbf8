export type { AlsoStore, AuthorityDeps, IssueOrder, Signers, StoredCertificate } from "./authority.ts";
export { publishCrl, publishDueCrls, publishRootCrl } from "./crl.ts";
export { type CrlHealth, crlHealth } from "./crl-health.ts";
export { type Crl, currentCrl } from "./crl-store.ts";
export { type EstablishDeps, establishHierarchies, loadSigners } from "./hierarchies.ts";
export { abandonIntents, type Intent, makeIntent, storeIntents } from "./intents.ts";
export { issueCertificate } from "./issue-certificate.ts";
export type {
  CertificateState,
  IssuerRole,
  OnlineRole,
  RevocationReason,
} from "./issuer.ts";
export { chainOf, compromisedAmong, type Issuer, isKeyCompromised, issuerOf } from "./issuers.ts";
export { fileKeys } from "./key-stores.ts";
export { type AbandonedIntent, recoverIntents } from "./recover.ts";
export { replaceCertificates } from "./replace-certificates.ts";
export { type RepositoryFile, repositoryHandler } from "./repository.ts";
export {
  type Revocation,
  type RevokedGroup,
  reportCompromisedKey,
  revokeCertificate,
  revokeCertificates,
} from "./revoke-certificate.ts";
export { type SignedIntent, signIntent } from "./sign-intent.ts";
export { storeSigned } from "./store-certificates.ts";
export { authorityTables } from "./tables.ts";
