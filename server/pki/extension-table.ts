import { OID } from "./oids.ts";
import type { Profile } from "./profiles.ts";

/** One extension as every profile writes it. */
export interface ExtensionRule {
  readonly oid: string;
  readonly name: string;
  readonly critical: boolean;
  /** Whether certificates of the profile carry it, and what it says then; null where they never do. */
  readonly in: (
    profile: Profile,
  ) => { readonly presence: "always" | "where known"; readonly value: string } | null;
  /** Sections for leaves, for CAs and for OCSP responders. */
  readonly source: { readonly leaf: string; readonly authority: string; readonly responder: string };
}

const always = (value: string) => ({ presence: "always", value }) as const;
const pointer = (presence: Profile["pointers"], value: string) =>
  presence === "none"
    ? null
    : ({ presence: presence === "required" ? "always" : "where known", value } as const);

/** Every extension that we write, in the order in which it stands in the certificate. */
export const EXTENSION_TABLE: readonly ExtensionRule[] = [
  {
    oid: OID.authorityKeyIdentifier,
    name: "authorityKeyIdentifier",
    critical: false,
    in: (profile) =>
      profile.authorityKeyIdentifier ? always("keyIdentifier of the issuer, nothing else") : null,
    source: { leaf: "BR 7.1.2.11.1", authority: "BR 7.1.2.11.1", responder: "BR 7.1.2.11.1" },
  },
  {
    oid: OID.subjectKeyIdentifier,
    name: "subjectKeyIdentifier",
    critical: false,
    in: (profile) =>
      profile.subjectKeyIdentifier
        ? always("leftmost 160 bits of the SHA-256 of the key (RFC 7093 2, method 1)")
        : null,
    source: { leaf: "BR 7.1.2.7.6", authority: "BR 7.1.2.11.4", responder: "BR 7.1.2.8.2" },
  },
  {
    oid: OID.basicConstraints,
    name: "basicConstraints",
    critical: true,
    in: ({ certificateAuthority, pathLength }) =>
      always(
        certificateAuthority
          ? `cA true${pathLength === null ? "" : `, pathLenConstraint ${pathLength}`}`
          : "cA false",
      ),
    source: { leaf: "BR 7.1.2.7.8", authority: "BR 7.1.2.10.4", responder: "BR 7.1.2.8.4" },
  },
  {
    oid: OID.keyUsage,
    name: "keyUsage",
    critical: true,
    in: ({ keyUsage: { RSA, EC } }) => {
      const [forRsa, forEc] = [RSA.join(", "), EC.join(", ")];
      return always(forRsa === forEc ? forRsa : `RSA: ${forRsa}; EC: ${forEc}`);
    },
    source: { leaf: "BR 7.1.2.7.11", authority: "BR 7.1.2.10.7", responder: "BR 7.1.2.8.7" },
  },
  {
    oid: OID.extKeyUsage,
    name: "extKeyUsage",
    critical: false,
    in: ({ extendedKeyUsage: purposes }) =>
      purposes.length === 0 ? null : always(`${purposes.map(nameOf).join(", ")} alone`),
    source: { leaf: "BR 7.1.2.7.10", authority: "BR 7.1.2.10.6", responder: "BR 7.1.2.8.5" },
  },
  {
    oid: OID.certificatePolicies,
    name: "certificatePolicies",
    critical: false,
    in: ({ policies }) =>
      policies.length === 0
        ? null
        : always(`${policies.map((oid) => `${oid} (${nameOf(oid)})`).join(", ")}, no qualifiers`),
    source: { leaf: "BR 7.1.2.7.9, 7.1.6.1", authority: "BR 7.1.2.10.5", responder: "BR 7.1.2.8.8" },
  },
  {
    oid: OID.ocspNoCheck,
    name: "id-pkix-ocsp-nocheck",
    critical: false,
    in: ({ ocspNoCheck }) => (ocspNoCheck ? always("NULL") : null),
    source: { leaf: "RFC 6960 4.2.2.2.1", authority: "RFC 6960 4.2.2.2.1", responder: "BR 7.1.2.8.6" },
  },
  {
    oid: OID.subjectAltName,
    name: "subjectAltName",
    critical: false,
    in: ({ subjectAltName: kinds, wildcards }) => {
      if (kinds === "none") return null;
      const addresses = kinds === "dns-and-ip" ? " and IP addresses" : "";
      return always(`DNS names${addresses}, ${wildcards ? "wildcards allowed" : "no wildcards"}`);
    },
    source: { leaf: "BR 7.1.2.7.12, EVG 7.1.4.2.1", authority: "BR 7.1.2.10", responder: "BR 7.1.2.8.2" },
  },
  {
    oid: OID.crlDistributionPoints,
    name: "cRLDistributionPoints",
    critical: false,
    in: ({ pointers }) => pointer(pointers, "one fullName with one http URI"),
    source: { leaf: "BR 7.1.2.11.2", authority: "BR 7.1.2.11.2", responder: "BR 7.1.2.8.2" },
  },
  {
    oid: OID.authorityInfoAccess,
    name: "authorityInfoAccess",
    critical: false,
    in: ({ pointers, ocsp }) => {
      if (pointers === "none" && ocsp === "none") return null;
      return pointer(
        pointers === "none" ? ocsp : pointers,
        ocsp === "none" ? "caIssuers, one http URI" : "OCSP and caIssuers, one http URI each",
      );
    },
    source: { leaf: "BR 7.1.2.7.7", authority: "BR 7.1.2.10.3", responder: "BR 7.1.2.8.3" },
  },
];

/** What an object identifier is called in the standards, for people. */
function nameOf(oid: string): string {
  return Object.entries(OID).find(([, dotted]) => dotted === oid)?.[0] ?? oid;
}
