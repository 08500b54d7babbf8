import { day, EVERYTHING, type Lint } from "./lint.ts";

export const basicConstraints: Lint = {
  id: "basic-constraints",
  source: "BR 7.1.2.7.8, 7.1.2.10.4",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ basicConstraints: found }, { profile }) {
    if (found === null) return "missing";
    if (found.certificateAuthority !== profile.certificateAuthority)
      return `cA is ${found.certificateAuthority}`;
    return found.pathLength === profile.pathLength ? null : "pathLenConstraint differs from the profile";
  },
};
