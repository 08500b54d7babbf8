import { day, EVERYTHING, type Lint } from "./lint.ts";

/** Sizes and exponents; the costly searches for weak keys are done once, when a key arrives. */
export const publicKey: Lint = {
  id: "public-key",
  source: "BR 6.1.5, 6.1.6",
  since: day("2014-01-01"),
  profiles: EVERYTHING,
  check({ publicKey: key }) {
    if (key.type === "EC") return null; // the reader knows P-256, P-384 and P-521 alone
    if (key.bits < 2048 || key.bits % 8 !== 0) return `RSA modulus of ${key.bits} bits`;
    return key.exponent % 2n === 0n || key.exponent < 65537n ? "RSA exponent" : null;
  },
};
