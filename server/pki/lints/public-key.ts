import { day, EVERYTHING, type Lint } from "./lint.ts";

/** BR 6.1.6: between 2^16 + 1 and 2^256 − 1. */
const LARGEST_EXPONENT = 1n << 256n;

/** A point that is not compressed: 04, then both coordinates. */
const POINT_BYTES = { "P-256": 65, "P-384": 97, "P-521": 133 } as const;

/** Types, sizes, exponents; the costly searches for weak keys are done once, when a key arrives. */
export const publicKey: Lint = {
  id: "public-key",
  source: "BR 6.1.5, 6.1.6",
  since: day("2014-01-01"),
  profiles: EVERYTHING,
  check({ publicKey: key }, { profile }) {
    const kind = key.type === "RSA" ? "RSA" : key.curve;
    if (!profile.keys.includes(kind)) return `${kind} is not in the profile`;
    if (key.type === "EC")
      return key.point[0] === 4 && key.point.length === POINT_BYTES[key.curve] ? null : "EC point";
    if (key.bits < 2048 || key.bits % 8 !== 0) return `RSA modulus of ${key.bits} bits`;
    if (((key.modulus.at(-1) ?? 0) & 1) === 0) return "even RSA modulus";
    return key.exponent % 2n === 0n || key.exponent < 65537n || key.exponent >= LARGEST_EXPONENT
      ? "RSA exponent"
      : null;
  },
};
