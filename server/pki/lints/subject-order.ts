import { day, EVERYTHING, type Lint } from "./lint.ts";

/** Only the attributes of the profile, each once, in the order of BR 7.1.4.2. */
export const subjectOrder: Lint = {
  id: "subject-order",
  source: "BR 7.1.4.2",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ subject }, { profile }) {
    let last = -1;
    for (const { type } of subject) {
      const place = profile.subject.findIndex((rule) => rule.type === type);
      if (place < 0) return `${type} is not in the profile`;
      if (place === last) return `${type} appears twice`;
      if (place < last) return `${type} is out of order`;
      last = place;
    }
    return null;
  },
};
