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
  buildCrl,
  type CrlEntry,
  type CrlHead,
  type CrlReason,
  crlWriter,
  type ParsedCrl,
  parseCrl,
  type UnsignedCrl,
} from "./crl.ts";
export {
  type Csr,
  type CsrWarning,
  isPastedPrivateKey,
  parseCsr,
  spkiOfCsr,
  verifyCsrSignature,
} from "./csr.ts";
export { DerError } from "./der-reader.ts";
export {
  encodeName,
  type NameAttribute,
  operatorSubject,
  printName,
  staffSubject,
  subjectFor,
  type VettedPlace,
  type VettedSubject,
} from "./distinguished-name.ts";
export {
  type NameFault,
  parseServerName,
  type ServerName,
  withBaseDomain,
} from "./dns-names.ts";
export { type KeyWeakness, requireStrongKey, weaknessOf } from "./key-strength.ts";
export {
  type Curve,
  generateKey,
  type IssuerKeyKind,
  keyIdentifierOf,
  type PublicKeyInfo,
  publicKeyBits,
  publicKeyOf,
  spkiOf,
} from "./keys.ts";
export { LINTS, type LintContext, type LintFailure, lintTbs, type RuleId } from "./lints/index.ts";
export { type CertId, LARGEST_OCSP_REQUEST, plainRequest, readOcspRequest } from "./ocsp-request.ts";
export {
  assembleOcspResponse,
  buildResponseData,
  type CertStatus,
  type OcspError,
  ocspErrorResponse,
  type ResponseShape,
  responseWriter,
} from "./ocsp-response.ts";
export { OID } from "./oids.ts";
export {
  type ParsedCertificate,
  type ParsedTbsCertificate,
  parseCertificate,
} from "./parsed-certificate.ts";
export { type PemBlock, readPem, toPem } from "./pem.ts";
export { PROFILE_NAMES, PROFILES, type Profile, type ProfileName } from "./profiles.ts";
export { reversedName } from "./reversed-name.ts";
export {
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
  signatureAlgorithmFor,
} from "./signature-algorithms.ts";
export {
  readWeakKeyList,
  useWeakKeyLists,
  useWeakKeys,
  type WeakKeys,
  weakKeysInUse,
} from "./weak-key-lists.ts";
