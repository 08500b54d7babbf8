import { OID } from "../oids.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

const NULL_HEX = "0500";

/** In a responder's certificate, with the value NULL, and nowhere else: a subscriber who had it could not be revoked. */
export const ocspNoCheck: Lint = {
  id: "ocsp-no-check",
  source: "BR 7.1.2.8.6, RFC 6960 4.2.2.2.1",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ extensions }, { profile }) {
    const found = extensions.find(({ oid }) => oid === OID.ocspNoCheck);
    if (found === undefined) return profile.ocspNoCheck ? "missing" : null;
    if (!profile.ocspNoCheck) return "not in the profile";
    return found.value.toHex() === NULL_HEX ? null : "not NULL";
  },
};
