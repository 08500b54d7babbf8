import { OID } from "../oids.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

const KNOWN: readonly string[] = [
  OID.authorityKeyIdentifier,
  OID.subjectKeyIdentifier,
  OID.basicConstraints,
  OID.keyUsage,
  OID.extKeyUsage,
  OID.certificatePolicies,
  OID.subjectAltName,
  OID.crlDistributionPoints,
  OID.authorityInfoAccess,
  OID.ocspNoCheck,
];
const CRITICAL: readonly string[] = [OID.basicConstraints, OID.keyUsage];

/** Nothing but what the profiles write: no nameConstraints in a leaf, nothing new by accident, criticality as written. */
export const knownExtensions: Lint = {
  id: "known-extensions",
  source: "BR 7.1.2.7.6, 7.1.2.11.5",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ extensions }) {
    for (const { oid, critical } of extensions) {
      if (!KNOWN.includes(oid)) return `unknown extension ${oid}`;
      if (critical !== CRITICAL.includes(oid)) return `${oid}: criticality`;
    }
    return null;
  },
};
