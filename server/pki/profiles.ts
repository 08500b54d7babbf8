import { OID } from "./oids.ts";

/**
 * What we issue, as data: one table per kind of certificate. A certificate contains what its profile says and nothing
 * else; the lints read the same tables.
 */
export const KEY_USAGE = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
  encipherOnly: 7,
  decipherOnly: 8,
} as const;
export type KeyUsage = keyof typeof KEY_USAGE;

export interface Profile {
  readonly name: ProfileName;
  readonly role: "root" | "issuer" | "server" | "client" | "responder";
  /** basicConstraints cA, always critical; pathLen only on issuers. */
  readonly certificateAuthority: boolean;
  readonly pathLength: number | null;
  /** keyUsage, always critical, by the type of the subject's key. */
  readonly keyUsage: { readonly RSA: readonly KeyUsage[]; readonly EC: readonly KeyUsage[] };
  readonly extendedKeyUsage: readonly string[];
  /** certificatePolicies; for publicly trusted leaves exactly one reserved OID, first (BR 7.1.2.7.9). */
  readonly policies: readonly string[];
  readonly subjectKeyIdentifier: boolean;
  readonly authorityKeyIdentifier: boolean;
  readonly subjectAltName: "none" | "dns-and-ip" | "dns";
  readonly wildcards: boolean;
  /** CRL distribution point and AIA caIssuers, both one http URI. */
  readonly pointers: "required" | "optional" | "none";
  /** AIA OCSP, one http URI: wherever the issuer has a responder. */
  readonly ocsp: "required" | "optional" | "none";
  /** id-pkix-ocsp-nocheck (RFC 6960 4.2.2.2.1): nobody asks a responder about its own certificate. */
  readonly ocspNoCheck: boolean;
}

export const PROFILE_NAMES = [
  "ROOT_CA",
  "ISSUING_CA_OV",
  "ISSUING_CA_EV",
  "SERVER_OV",
  "SERVER_EV",
  "STAFF_ROOT",
  "OPERATOR_CLIENT",
  "STAFF_CLIENT",
  "SITE_SERVER",
  "OCSP_RESPONDER",
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** BR 7.1.2.1: a root signs certificates and CRLs, carries its own key identifier, no policies and no EKU. */
const root = {
  role: "root",
  certificateAuthority: true,
  pathLength: null,
  keyUsage: { RSA: ["keyCertSign", "cRLSign"], EC: ["keyCertSign", "cRLSign"] },
  extendedKeyUsage: [],
  policies: [],
  subjectKeyIdentifier: true,
  authorityKeyIdentifier: false,
  subjectAltName: "none",
  wildcards: false,
  pointers: "none",
  ocsp: "none",
  ocspNoCheck: false,
} as const;

/** BR 7.1.2.6: a TLS issuing CA, no further CA below it, for serverAuth alone. */
const issuer = {
  ...root,
  role: "issuer",
  pathLength: 0,
  extendedKeyUsage: [OID.serverAuth],
  authorityKeyIdentifier: true,
  pointers: "required",
} as const;

/** BR 7.1.2.7: a subscriber's server. */
const server = {
  role: "server",
  certificateAuthority: false,
  pathLength: null,
  keyUsage: { RSA: ["digitalSignature", "keyEncipherment"], EC: ["digitalSignature"] },
  extendedKeyUsage: [OID.serverAuth],
  subjectKeyIdentifier: false,
  authorityKeyIdentifier: true,
  pointers: "required",
  ocsp: "required",
  ocspNoCheck: false,
} as const;

/** Only our own sites trust these; they authenticate a person and nothing else. */
const client = {
  ...server,
  role: "client",
  keyUsage: { RSA: ["digitalSignature"], EC: ["digitalSignature"] },
  extendedKeyUsage: [OID.clientAuth],
  subjectAltName: "none",
  wildcards: false,
  pointers: "optional",
  ocsp: "optional",
} as const;

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  ROOT_CA: { name: "ROOT_CA", ...root },
  ISSUING_CA_OV: { name: "ISSUING_CA_OV", ...issuer, policies: [OID.organizationValidated] },
  ISSUING_CA_EV: { name: "ISSUING_CA_EV", ...issuer, policies: [OID.extendedValidation] },
  SERVER_OV: {
    name: "SERVER_OV",
    ...server,
    policies: [OID.organizationValidated],
    subjectAltName: "dns-and-ip",
    wildcards: true,
  },
  // EVG 7.1.4.2.1: no wildcards, no addresses.
  SERVER_EV: {
    name: "SERVER_EV",
    ...server,
    policies: [OID.extendedValidation],
    subjectAltName: "dns",
    wildcards: false,
  },
  // The internal hierarchy: a self-signed root that signs leaves itself, unknown to the customers' hierarchy.
  STAFF_ROOT: { name: "STAFF_ROOT", ...root, pathLength: 0 },
  OPERATOR_CLIENT: { name: "OPERATOR_CLIENT", ...client, policies: [OID.operatorCertificate] },
  STAFF_CLIENT: { name: "STAFF_CLIENT", ...client, policies: [OID.staffCertificate] },
  // The sites' own TLS: localhost and 127.0.0.1 are right here, and nowhere else.
  SITE_SERVER: {
    name: "SITE_SERVER",
    ...server,
    policies: [OID.siteCertificate],
    subjectAltName: "dns-and-ip",
    wildcards: false,
    pointers: "optional",
    ocsp: "optional",
  },
  // BR 7.1.2.8: signs OCSP answers for one issuer, for a short life, and points nowhere.
  OCSP_RESPONDER: {
    name: "OCSP_RESPONDER",
    role: "responder",
    certificateAuthority: false,
    pathLength: null,
    keyUsage: { RSA: ["digitalSignature"], EC: ["digitalSignature"] },
    extendedKeyUsage: [OID.ocspSigning],
    policies: [],
    subjectKeyIdentifier: true,
    authorityKeyIdentifier: true,
    subjectAltName: "none",
    wildcards: false,
    pointers: "none",
    ocsp: "none",
    ocspNoCheck: true,
  },
};
