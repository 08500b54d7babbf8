import { SIGNATURE_ALGORITHMS } from "../signature-algorithms.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

/** SHA-256, 384 or 512 with RSA or ECDSA; SHA-1 nowhere. */
export const signatureAlgorithm: Lint = {
  id: "signature-algorithm",
  source: "BR 7.1.3.2",
  since: day("2016-01-01"),
  profiles: EVERYTHING,
  check: ({ signatureAlgorithm: found }) => (Object.hasOwn(SIGNATURE_ALGORITHMS, found) ? null : found),
};
