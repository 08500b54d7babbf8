import { equalBytes } from "../der.ts";
import { OID } from "../oids.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

const HEADERS = 4;

/** AKI by key identifier alone except in roots; SKI where the profile has one. */
export const keyIdentifiers: Lint = {
  id: "key-identifiers",
  source: "BR 7.1.2.11.1, 7.1.2.11.4",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ authorityKeyIdentifier, subjectKeyIdentifier, extensions }, { profile, expected }) {
    if (profile.authorityKeyIdentifier && !authorityKeyIdentifier?.length) return "AKI is missing";
    if ((subjectKeyIdentifier !== null) !== profile.subjectKeyIdentifier)
      return "SKI differs from the profile";
    const written = extensions.find(({ oid }) => oid === OID.authorityKeyIdentifier);
    if (!profile.authorityKeyIdentifier) return written === undefined ? null : "AKI in a root";
    // SEQUENCE and [0] take two bytes each: whatever is longer also names an issuer and a serial.
    if (written?.value.length !== HEADERS + (authorityKeyIdentifier?.length ?? 0))
      return "AKI is more than a key identifier";
    const wanted = expected?.issuerKeyIdentifier;
    if (wanted === undefined || authorityKeyIdentifier === null) return null;
    return equalBytes(authorityKeyIdentifier, wanted) ? null : "AKI is not the issuer's";
  },
};
