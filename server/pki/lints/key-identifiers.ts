import { day, EVERYTHING, type Lint } from "./lint.ts";

/** AKI by key identifier except in roots; SKI in CA certificates alone. */
export const keyIdentifiers: Lint = {
  id: "key-identifiers",
  source: "BR 7.1.2.11.1, 7.1.2.11.4",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ authorityKeyIdentifier, subjectKeyIdentifier }, { profile, expected }) {
    if (profile.authorityKeyIdentifier && !authorityKeyIdentifier?.length) return "AKI is missing";
    if ((subjectKeyIdentifier !== null) !== profile.subjectKeyIdentifier)
      return "SKI differs from the profile";
    const wanted = expected?.issuerKeyIdentifier;
    if (wanted === undefined || !profile.authorityKeyIdentifier) return null;
    return authorityKeyIdentifier?.toHex() === wanted.toHex() ? null : "AKI is not the issuer's";
  },
};
