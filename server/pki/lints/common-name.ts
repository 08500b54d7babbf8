import { day, type Lint } from "./lint.ts";

/** At most one CN, and that a character-for-character copy of one name in the SAN. */
export const commonName: Lint = {
  id: "common-name",
  source: "BR 7.1.4.3",
  since: day("2012-07-01"),
  profiles: ["SERVER_OV", "SERVER_EV", "SITE_SERVER"],
  check({ subject, names }) {
    const commonNames = subject.filter(({ type }) => type === "CN");
    if (commonNames.length > 1) return "more than one CN";
    const [only] = commonNames;
    if (only === undefined) return null;
    return names.some((name) => name.kind !== "other" && name.text === only.value)
      ? null
      : "CN is not in the SAN";
  },
};
