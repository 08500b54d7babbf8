import { day, EVERYTHING, type Lint, sameList } from "./lint.ts";

/** serverAuth alone in server certificates, clientAuth alone in clients': nothing serves both. */
export const extendedKeyUsage: Lint = {
  id: "extended-key-usage",
  source: "BR 7.1.2.7.10; Chrome Root Program (dedicated TLS server hierarchies)",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ extendedKeyUsage: found }, { profile }) {
    return sameList(found, profile.extendedKeyUsage) ? null : found.join(" ") || "missing";
  },
};
