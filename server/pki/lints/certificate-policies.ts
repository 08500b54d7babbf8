import { day, EVERYTHING, type Lint, sameList } from "./lint.ts";

/** BR 7.1.6.1: all OIDs under this arc are reserved. */
const RESERVED = "2.23.140.1.";

/** What the profile says; in publicly trusted leaves exactly one reserved OID, in the first place. */
export const certificatePolicies: Lint = {
  id: "certificate-policies",
  source: "BR 7.1.2.7.9, 7.1.6.1",
  since: day("2020-09-30"),
  profiles: EVERYTHING,
  check({ policies }, { profile }) {
    if (profile.role === "server" && profile.name !== "SITE_SERVER") {
      if (policies.filter((policy) => policy.startsWith(RESERVED)).length !== 1)
        return "not exactly one reserved OID";
      if (!policies[0]?.startsWith(RESERVED)) return "the reserved OID is not first";
    }
    return sameList(policies, profile.policies) ? null : policies.join(" ") || "missing";
  },
};
