import { isHttpUrl } from "./http-url.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

export const crlDistributionPoint: Lint = {
  id: "crl-distribution-point",
  source: "BR 7.1.2.11.2",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ crlUrls }, { profile, expected }) {
    if (profile.pointers === "none") return crlUrls.length === 0 ? null : "present in a root";
    if (crlUrls.length === 0) return profile.pointers === "required" ? "missing" : null;
    if (crlUrls.length !== 1 || !crlUrls.every(isHttpUrl)) return "not one http URI";
    const wanted = expected?.crlUrl;
    // A partition's address is fixed with the certificate: another one would never list it.
    return wanted === undefined || wanted === crlUrls[0] ? null : "points elsewhere";
  },
};
