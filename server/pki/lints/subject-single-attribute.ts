import { day, EVERYTHING, type Lint } from "./lint.ts";

export const subjectSingleAttribute: Lint = {
  id: "subject-single-attribute",
  source: "BR 7.1.4.1 (one AttributeTypeAndValue per RelativeDistinguishedName)",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ subject }) {
    const shared = subject.find(({ rdn }, i) => i > 0 && subject[i - 1]?.rdn === rdn);
    return shared === undefined ? null : `${shared.type} shares its RDN`;
  },
};
