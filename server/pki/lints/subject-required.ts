import { day, type Lint, SERVERS } from "./lint.ts";

/** An organisation's certificate names country, organisation, and its prefecture or municipality. */
export const subjectRequired: Lint = {
  id: "subject-required",
  source: "BR 7.1.2.7.4, EVG 7.1.4.2",
  since: day("2012-07-01"),
  profiles: SERVERS,
  check({ subject }) {
    const types = new Set(subject.map(({ type }) => type));
    const missing = ["C", "O"].find((type) => !types.has(type));
    if (missing !== undefined) return `${missing} is missing`;
    return types.has("ST") || types.has("L") ? null : "neither ST nor L";
  },
};
