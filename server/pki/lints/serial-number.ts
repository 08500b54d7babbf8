import { day, EVERYTHING, type Lint } from "./lint.ts";

/** Positive, below 2^159, and long enough to hold the 128 random bits we use (BR asks for 64). */
export const serialNumber: Lint = {
  id: "serial-number",
  source: "BR 7.1 (serialNumber), RFC 5280 4.1.2.2",
  since: day("2016-09-30"),
  profiles: EVERYTHING,
  check({ serial }) {
    // Minimal lower-case hex of whole bytes: 40 digits are 20 bytes, whose first bit would be the 160th.
    if (serial.length > 40 || (serial.length === 40 && serial >= "8")) return "serial is not below 2^159";
    if (/^0*$/.test(serial)) return "serial is zero";
    return serial.length <= 32 ? "serial cannot hold 128 random bits" : null;
  },
};
