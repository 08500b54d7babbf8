import { equalBytes, time } from "../der.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

/** UTCTime through 2049, GeneralizedTime from 2050, with seconds and Z. */
export const timeEncoding: Lint = {
  id: "time-encoding",
  source: "RFC 5280 4.1.2.5",
  since: day("2008-05-01"),
  profiles: EVERYTHING,
  check({ node, notBefore, notAfter }) {
    const validity = node.child(4);
    if (!equalBytes(validity.child(0).der, time(notBefore))) return "notBefore";
    return equalBytes(validity.child(1).der, time(notAfter)) ? null : "notAfter";
  },
};
