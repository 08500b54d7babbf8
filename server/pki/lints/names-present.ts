import { OID } from "../oids.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

/** A SAN with at least one name, of the kinds the profile knows; none at all where the profile has none. */
export const namesPresent: Lint = {
  id: "names-present",
  source: "BR 7.1.2.7.12, EVG 7.1.4.2.1",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ names, extensions }, { profile }) {
    if (profile.subjectAltName === "none")
      return extensions.some(({ oid }) => oid === OID.subjectAltName) ? "not in the profile" : null;
    if (names.length === 0) return "no names";
    const allowed = profile.subjectAltName === "dns" ? ["dns"] : ["dns", "ip"];
    const strange = names.find(({ kind }) => !allowed.includes(kind));
    if (strange !== undefined)
      return strange.kind === "other" ? `general name 0x${strange.tag.toString(16)}` : "address";
    return null;
  },
};
