import { day, EVERYTHING, type Lint } from "./lint.ts";

export const version: Lint = {
  id: "version",
  source: "BR 7.1.1, RFC 5280 4.1.2.1",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check: ({ version: found }) => (found === 3 ? null : `version ${found}`),
};
