/** Object identifiers by their names in the standards. Dotted text; `oid()` encodes and remembers them. */
export const OID = {
  // Public keys: RFC 3279 2.3, RFC 5480 2.1.1
  rsaEncryption: "1.2.840.113549.1.1.1",
  rsassaPss: "1.2.840.113549.1.1.10",
  ecPublicKey: "1.2.840.10045.2.1",
  secp256r1: "1.2.840.10045.3.1.7",
  secp384r1: "1.3.132.0.34",
  secp521r1: "1.3.132.0.35",

  // Attributes of names: X.520, RFC 4519, EVG 7.1.4.2
  commonName: "2.5.4.3",
  serialNumber: "2.5.4.5",
  countryName: "2.5.4.6",
  localityName: "2.5.4.7",
  stateOrProvinceName: "2.5.4.8",
  streetAddress: "2.5.4.9",
  organizationName: "2.5.4.10",
  organizationalUnitName: "2.5.4.11",
  businessCategory: "2.5.4.15",
  postalCode: "2.5.4.17",
  userId: "0.9.2342.19200300.100.1.1",
  emailAddress: "1.2.840.113549.1.9.1",
  jurisdictionCountryName: "1.3.6.1.4.1.311.60.2.1.3",

  // PKCS#9 attributes of a request, PKCS#7 content types
  extensionRequest: "1.2.840.113549.1.9.14",
  challengePassword: "1.2.840.113549.1.9.7",
  pkcs7: "1.2.840.113549.1.7",
  pkcs7Data: "1.2.840.113549.1.7.1",
  pkcs7SignedData: "1.2.840.113549.1.7.2",

  // Certificate and CRL extensions: RFC 5280 4.2 and 5.2
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  crlNumber: "2.5.29.20",
  reasonCode: "2.5.29.21",
  issuingDistributionPoint: "2.5.29.28",
  nameConstraints: "2.5.29.30",
  crlDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  authorityKeyIdentifier: "2.5.29.35",
  extKeyUsage: "2.5.29.37",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",

  // Inside extensions
  ocsp: "1.3.6.1.5.5.7.48.1",
  caIssuers: "1.3.6.1.5.5.7.48.2",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  ocspSigning: "1.3.6.1.5.5.7.3.9",

  // OCSP: RFC 6960 4.2.1, 4.2.2.2.1, 4.4.1
  ocspBasic: "1.3.6.1.5.5.7.48.1.1",
  ocspNonce: "1.3.6.1.5.5.7.48.1.2",
  ocspNoCheck: "1.3.6.1.5.5.7.48.1.5",

  // Policies. The two reserved ones are BR 7.1.6.1 and EVG 7.1.6.1.
  organizationValidated: "2.23.140.1.2.2",
  extendedValidation: "2.23.140.1.1",
  // Our own, under 2.25.<UUID cd8f7efa-5dbd-446e-b494-f544c7c83665> (X.667), so that no registration is needed.
  operatorCertificate: "2.25.273236813006339839029085358520686622309.1.1",
  staffCertificate: "2.25.273236813006339839029085358520686622309.1.2",
  siteCertificate: "2.25.273236813006339839029085358520686622309.1.3",
} as const;
