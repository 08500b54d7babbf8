import { OID } from "../oids.ts";
import { day, EVERYTHING, type Lint, sameList } from "./lint.ts";

/** Critical, and exactly what the profile gives this type of key. */
export const keyUsage: Lint = {
  id: "key-usage",
  source: "BR 7.1.2.7.11, 7.1.2.10.7",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ keyUsage: found, extensions, publicKey }, { profile }) {
    if (!extensions.some(({ oid, critical }) => oid === OID.keyUsage && critical))
      return "missing or not critical";
    return sameList(found, profile.keyUsage[publicKey.type])
      ? null
      : `${found.join(" ")} for ${publicKey.type}`;
  },
};
