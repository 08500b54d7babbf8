import { SIGNATURE_ALGORITHMS } from "../signature-algorithms.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

/** SHA-256, 384 or 512 with RSA or ECDSA, that of the issuer's key; SHA-1 nowhere. */
export const signatureAlgorithm: Lint = {
  id: "signature-algorithm",
  source: "BR 7.1.3.2",
  since: day("2016-01-01"),
  profiles: EVERYTHING,
  check({ signatureAlgorithm: found }, { expected }) {
    if (!Object.hasOwn(SIGNATURE_ALGORITHMS, found)) return found;
    const wanted = expected?.signatureAlgorithm ?? found;
    return found === wanted ? null : `${found} is not the issuer's`;
  },
};
