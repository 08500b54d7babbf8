import type { NameAttributeType } from "./distinguished-name.ts";
import type { Curve } from "./keys.ts";
import { OID } from "./oids.ts";

/**
 * What we issue, as data: one table per kind of certificate. A certificate contains what its profile says and nothing
 * else; the builder, the lints and docs/profiles.md (`npm run profiles`) read the same tables.
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

/** One attribute of a subject, in its place: what is not in the list is not allowed. */
export interface SubjectRule {
  readonly type: NameAttributeType;
  /** `one-of`: at least one attribute of the subject that says so stands in it. */
  readonly presence: "required" | "one-of" | "optional";
  readonly value: string;
  readonly source: string;
}

export interface Profile {
  readonly name: ProfileName;
  /** What it is for, in a few words. */
  readonly title: string;
  /** The section that the whole profile follows. */
  readonly source: string;
  readonly role: "root" | "issuer" | "server" | "client" | "responder";
  /** In this order, one to a RelativeDistinguishedName. */
  readonly subject: readonly SubjectRule[];
  /** Longest life in days of 86,400 s; null: the dated table of BR 6.3.2 (rules/validity.ts). */
  readonly longestDays: number | null;
  /** Keys that may be certified, beside RSA of at least 2048 bits where `RSA` stands. */
  readonly keys: readonly ("RSA" | Curve)[];
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

const EVERY_KEY = ["RSA", "P-256", "P-384", "P-521"] as const;

/** BR 7.1.2.10.2: the names of our own certification authorities, and of what they are served by. */
const ownSubject: readonly SubjectRule[] = [
  { type: "C", presence: "required", value: "JP", source: "BR 7.1.2.10.2" },
  { type: "O", presence: "required", value: "the issuing company", source: "BR 7.1.2.10.2" },
  { type: "CN", presence: "required", value: "its name among ours", source: "BR 7.1.2.10.2" },
];

/** Out of the vetted record, in Japanese or, where it is registered, in English (BR 7.1.2.7.4, in the order of 7.1.4.2). */
const organization: readonly SubjectRule[] = [
  { type: "C", presence: "required", value: "ISO 3166-1 of the organisation", source: "BR 7.1.2.7.4" },
  { type: "ST", presence: "one-of", value: "prefecture (東京都 / TOKYO)", source: "BR 7.1.2.7.4" },
  { type: "L", presence: "one-of", value: "municipality (千代田区 / Chiyoda-ku)", source: "BR 7.1.2.7.4" },
  { type: "postalCode", presence: "optional", value: "never written today", source: "BR 7.1.2.7.4" },
  { type: "street", presence: "optional", value: "never written today", source: "BR 7.1.2.7.4" },
  { type: "O", presence: "required", value: "the vetted name", source: "BR 7.1.2.7.4" },
  {
    type: "CN",
    presence: "optional",
    value: "copies one SAN entry; left out above 64 characters",
    source: "BR 7.1.4.3",
  },
];

const evOrganization: readonly SubjectRule[] = [
  {
    type: "businessCategory",
    presence: "required",
    value: "Private Organization, Government Entity, Business Entity or Non-Commercial Entity",
    source: "EVG 7.1.4.2.3",
  },
  {
    type: "jurisdictionC",
    presence: "required",
    value: "ISO 3166-1 of the registry; Japan's is national, so neither state nor locality",
    source: "EVG 7.1.4.2.4",
  },
  {
    type: "serialNumber",
    presence: "required",
    value: "the registry's number: 12 digits for a Japanese corporation",
    source: "EVG 7.1.4.2.5",
  },
  ...organization,
];

/** Persons: our own policies, since nobody outside relies on them. No OU here either. */
const person: readonly SubjectRule[] = [
  { type: "C", presence: "required", value: "JP", source: "our policy" },
  { type: "O", presence: "required", value: "the company that the person belongs to", source: "our policy" },
  { type: "CN", presence: "required", value: "the person's name", source: "our policy" },
];
const operator: readonly SubjectRule[] = person.toSpliced(2, 0, {
  type: "UID",
  presence: "required",
  value: "the subscriber's site id",
  source: "our policy",
});
const site: readonly SubjectRule[] = [
  ...person.slice(0, 2),
  { type: "CN", presence: "required", value: "copies one SAN entry", source: "our policy" },
];

const YEAR = 365;

/** BR 7.1.2.1: a root signs certificates and CRLs, carries its own key identifier, no policies and no EKU. */
const root = {
  role: "root",
  source: "BR 7.1.2.1",
  subject: ownSubject,
  // Chrome Root Program Policy: a root lives at most 15 years; what it signs ends before it.
  longestDays: 15 * YEAR,
  keys: EVERY_KEY,
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
  source: "BR 7.1.2.6",
  longestDays: 10 * YEAR,
  pathLength: 0,
  extendedKeyUsage: [OID.serverAuth],
  authorityKeyIdentifier: true,
  pointers: "required",
} as const;

/** BR 7.1.2.7: a subscriber's server. */
const server = {
  role: "server",
  source: "BR 7.1.2.7",
  longestDays: null,
  keys: EVERY_KEY,
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
  source: "our policy",
  // Apple's limit for servers of a private hierarchy, taken for everything in it.
  longestDays: 825,
  keyUsage: { RSA: ["digitalSignature"], EC: ["digitalSignature"] },
  extendedKeyUsage: [OID.clientAuth],
  subjectAltName: "none",
  wildcards: false,
  pointers: "optional",
  ocsp: "optional",
} as const;

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  ROOT_CA: { name: "ROOT_CA", title: "The customers' root", ...root },
  ISSUING_CA_OV: {
    name: "ISSUING_CA_OV",
    title: "Issues OV server certificates",
    ...issuer,
    policies: [OID.organizationValidated],
  },
  ISSUING_CA_EV: {
    name: "ISSUING_CA_EV",
    title: "Issues EV server certificates",
    ...issuer,
    policies: [OID.extendedValidation],
  },
  SERVER_OV: {
    name: "SERVER_OV",
    title: "A subscriber's server, organisation validated",
    ...server,
    subject: organization,
    policies: [OID.organizationValidated],
    subjectAltName: "dns-and-ip",
    wildcards: true,
  },
  // EVG 7.1.4.2.1: no wildcards, no addresses.
  SERVER_EV: {
    name: "SERVER_EV",
    title: "A subscriber's server, extended validation",
    ...server,
    source: "BR 7.1.2.7, EVG 7.1",
    subject: evOrganization,
    policies: [OID.extendedValidation],
    subjectAltName: "dns",
    wildcards: false,
  },
  // The internal hierarchy: a self-signed root that signs leaves itself, unknown to the customers' hierarchy.
  STAFF_ROOT: {
    name: "STAFF_ROOT",
    title: "Root of staff, operators and sites",
    ...root,
    source: "our policy, after BR 7.1.2.1",
    // Not every browser's store takes an EC chain for a client certificate.
    keys: ["RSA"],
    pathLength: 0,
  },
  OPERATOR_CLIENT: {
    name: "OPERATOR_CLIENT",
    title: "A subscriber's operator, on the operator site",
    ...client,
    subject: operator,
    policies: [OID.operatorCertificate],
  },
  STAFF_CLIENT: {
    name: "STAFF_CLIENT",
    title: "A member of our staff, on the desk",
    ...client,
    subject: person,
    policies: [OID.staffCertificate],
  },
  // The sites' own TLS: localhost and 127.0.0.1 are right here, and nowhere else.
  SITE_SERVER: {
    name: "SITE_SERVER",
    title: "One of our own sites",
    ...server,
    source: "our policy, after BR 7.1.2.7",
    subject: site,
    longestDays: 825,
    policies: [OID.siteCertificate],
    subjectAltName: "dns-and-ip",
    wildcards: false,
    pointers: "optional",
    ocsp: "optional",
  },
  // BR 7.1.2.8: signs OCSP answers for one issuer, for a short life, and points nowhere.
  OCSP_RESPONDER: {
    name: "OCSP_RESPONDER",
    title: "Signs OCSP answers for one issuer",
    role: "responder",
    source: "BR 7.1.2.8",
    subject: ownSubject,
    // Its revocation is told to nobody (nocheck), so its life is that of a CRL or two.
    longestDays: 31,
    keys: EVERY_KEY,
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
