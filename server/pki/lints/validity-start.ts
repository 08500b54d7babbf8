import { day, EVERYTHING, type Lint } from "./lint.ts";

/** notBefore comes before notAfter and lies within 48 hours of the signature. */
export const validityStart: Lint = {
  id: "validity-start",
  source: "BR 7.1.2.7 (validity)",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ notBefore, notAfter }, { signedAt }) {
    if (notBefore.epochMilliseconds >= notAfter.epochMilliseconds) return "notBefore is not before notAfter";
    if (signedAt === undefined) return null;
    const distance = Math.abs(notBefore.epochMilliseconds - signedAt.epochMilliseconds);
    return distance > 48 * 3_600_000 ? "notBefore is more than 48 hours from the signature" : null;
  },
};
