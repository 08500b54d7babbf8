import { isHttpUrl } from "./http-url.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

/** One http URI of the issuer's certificate and one of its responder, each exactly where it is. */
export const authorityInfoAccess: Lint = {
  id: "authority-info-access",
  source: "BR 7.1.2.7.7",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ caIssuersUrls, ocspUrls }, { profile, expected }) {
    return (
      faultOf("caIssuers", caIssuersUrls, profile.pointers, expected?.issuerUrl) ??
      faultOf("OCSP", ocspUrls, profile.ocsp, expected?.ocspUrl)
    );
  },
};

function faultOf(
  method: string,
  found: readonly string[],
  presence: "required" | "optional" | "none",
  wanted: string | null | undefined,
): string | null {
  if (found.length > 1) return `${method} appears twice`;
  const [url = null] = found;
  if (url !== null && presence === "none") return `${method} is not in the profile`;
  if (url === null && presence === "required") return `${method} is missing`;
  if (url !== null && !isHttpUrl(url)) return `${method} is not an http URI`;
  return wanted === undefined || wanted === url ? null : `${method} points elsewhere`;
}
