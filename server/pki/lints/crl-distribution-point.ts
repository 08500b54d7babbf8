import { isHttpUrl } from "./http-url.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

export const crlDistributionPoint: Lint = {
  id: "crl-distribution-point",
  source: "BR 7.1.2.11.2",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ crlUrls }, { profile, expected }) {
    const [url = null] = crlUrls;
    if (url !== null && profile.pointers === "none") return "not in the profile";
    if (url === null && profile.pointers === "required") return "missing";
    if (crlUrls.length > 1 || (url !== null && !isHttpUrl(url))) return "not one http URI";
    const wanted = expected?.crlUrl;
    // A partition's address is fixed with the certificate: another one would never list it.
    return wanted === undefined || wanted === url ? null : "points elsewhere";
  },
};
