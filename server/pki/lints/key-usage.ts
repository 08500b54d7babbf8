import { day, EVERYTHING, type Lint, sameList } from "./lint.ts";

/** Exactly what the profile gives this type of key. */
export const keyUsage: Lint = {
  id: "key-usage",
  source: "BR 7.1.2.7.11, 7.1.2.10.7",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ keyUsage: found, publicKey }, { profile }) {
    return sameList(found, profile.keyUsage[publicKey.type])
      ? null
      : `${found.join(" ") || "nothing"} for ${publicKey.type}`;
  },
};
