import { EXTENSION_TABLE } from "../extension-table.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

const CRITICAL = new Map(EXTENSION_TABLE.map(({ oid, critical }) => [oid, critical]));

/** Nothing but what the profiles write: no nameConstraints in a leaf, nothing new by accident, criticality as written. */
export const knownExtensions: Lint = {
  id: "known-extensions",
  source: "BR 7.1.2.7.6, 7.1.2.11.5",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ extensions }) {
    for (const { oid, critical } of extensions) {
      const wanted = CRITICAL.get(oid);
      if (wanted === undefined) return `unknown extension ${oid}`;
      if (critical !== wanted) return `${oid}: criticality`;
    }
    return null;
  },
};
