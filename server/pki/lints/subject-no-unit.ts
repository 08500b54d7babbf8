import { day, type Lint, SERVERS } from "./lint.ts";

export const subjectNoUnit: Lint = {
  id: "subject-no-unit",
  source: "BR 7.1.2.7.4 (organizationalUnitName)",
  since: day("2022-09-01"),
  profiles: SERVERS,
  check: ({ subject }) => (subject.some(({ type }) => type === "OU") ? "OU" : null),
};
