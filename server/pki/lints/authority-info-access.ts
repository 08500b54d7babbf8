import { isHttpUrl } from "./http-url.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

export const authorityInfoAccess: Lint = {
  id: "authority-info-access",
  source: "BR 7.1.2.7.7",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ caIssuersUrls, ocspUrls }, { profile }) {
    if (profile.pointers === "none")
      return caIssuersUrls.length + ocspUrls.length === 0 ? null : "present in a root";
    if (caIssuersUrls.length === 0 && profile.pointers === "required") return "caIssuers is missing";
    return [...caIssuersUrls, ...ocspUrls].every(isHttpUrl) ? null : "not an http URI";
  },
};
