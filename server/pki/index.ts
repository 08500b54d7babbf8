/** What the other rooms use of the PKI: pure functions over bytes; keys are held and signatures made elsewhere. */
export {
  type BundleFile,
  bundleFor,
  type CertificateChain,
  chainPem,
  fileNameOf,
  fullChainPem,
  leafPem,
  pkcs7Of,
  SERVER_KINDS,
  type ServerKind,
} from "./bundles.ts";
export {
  assembleCertificate,
  buildTbsCertificate,
  type CertificateContent,
  type CertificateIssuer,
  lastSecond,
  newSerial,
} from "./certificate.ts";
export {
  assembleCrl,
  buildTbsCertList,
  CRL_REASONS,
  type CrlContent,
  type CrlEntry,
  type CrlReason,
  type ParsedCrl,
  parseCrl,
} from "./crl.ts";
export {
  CSR_LIMIT_KIB,
  type Csr,
  type CsrWarning,
  isPastedPrivateKey,
  parseCsr,
  verifyCsrSignature,
} from "./csr.ts";
export { DerError } from "./der-reader.ts";
export {
  encodeName,
  NAME_ATTRIBUTES,
  type NameAttribute,
  operatorSubject,
  printName,
  staffSubject,
  subjectFor,
  type VettedPlace,
  type VettedSubject,
} from "./distinguished-name.ts";
export {
  baseDomainOf,
  NAME_FAULTS,
  type NameFault,
  parseServerName,
  readServerName,
  type ServerName,
  withBaseDomain,
} from "./dns-names.ts";
export { isReservedAddress, parseIpAddress, printIpAddress } from "./ip-addresses.ts";
export { type KeyWeakness, requireStrongKey, weaknessOf } from "./key-strength.ts";
export {
  type Curve,
  generateKey,
  ISSUER_KEY_KINDS,
  type IssuerKeyKind,
  keyIdentifierOf,
  type PublicKeyInfo,
  publicKeyOf,
  spkiOf,
} from "./keys.ts";
export { LINTS, type LintContext, type LintFailure, lintTbs } from "./lints/index.ts";
export { OID } from "./oids.ts";
export {
  type ParsedCertificate,
  type ParsedTbsCertificate,
  parseCertificate,
  parseTbsCertificate,
} from "./parsed-certificate.ts";
export { type PemBlock, readPem, toPem } from "./pem.ts";
export { PROFILE_NAMES, PROFILES, type Profile, type ProfileName } from "./profiles.ts";
export {
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
  signatureAlgorithmFor,
} from "./signature-algorithms.ts";
