import { OID } from "../oids.ts";
import { day, type Lint } from "./lint.ts";

/** A SAN with at least one name, of the kinds the profile knows, not critical since the subject is not empty. */
export const namesPresent: Lint = {
  id: "names-present",
  source: "BR 7.1.2.7.12, EVG 7.1.4.2.1",
  since: day("2012-07-01"),
  profiles: ["SERVER_OV", "SERVER_EV", "SITE_SERVER"],
  check({ names, extensions }, { profile }) {
    if (names.length === 0) return "no names";
    const allowed = profile.subjectAltName === "dns" ? ["dns"] : ["dns", "ip"];
    const strange = names.find(({ kind }) => !allowed.includes(kind));
    if (strange !== undefined)
      return strange.kind === "other" ? `general name 0x${strange.tag.toString(16)}` : "address";
    return extensions.some(({ oid, critical }) => oid === OID.subjectAltName && critical) ? "critical" : null;
  },
};
