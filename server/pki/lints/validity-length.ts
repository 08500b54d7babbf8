import { day, EVERYTHING, type Lint } from "./lint.ts";

/** Both ends count: notAfter − notBefore + 1 s must not exceed the limit by one second. */
export const validityLength: Lint = {
  id: "validity-length",
  source: "BR 6.3.2",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ notBefore, notAfter }, { limitDays }) {
    const seconds = (notAfter.epochMilliseconds - notBefore.epochMilliseconds) / 1000 + 1;
    const excess = seconds - limitDays * 86_400;
    return excess > 0 ? `${excess} s longer than ${limitDays} days` : null;
  },
};
