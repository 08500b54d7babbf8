import { day, EVERYTHING, type Lint } from "./lint.ts";

/** Positive, below 2^159, and long enough to hold 64 random bits, which a shorter one cannot. */
export const serialNumber: Lint = {
  id: "serial-number",
  source: "BR 7.1 (serialNumber), RFC 5280 4.1.2.2",
  since: day("2016-09-30"),
  profiles: EVERYTHING,
  check({ serial }) {
    const value = BigInt(`0x${serial}`);
    if (value === 0n) return "serial is zero";
    if (value >= 1n << 159n) return "serial is not below 2^159";
    return value < 1n << 64n ? "serial cannot hold 64 random bits" : null;
  },
};
