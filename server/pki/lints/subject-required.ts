import { day, EVERYTHING, type Lint } from "./lint.ts";

/** Whatever the profile requires: an organisation's country, name, and its prefecture or municipality. */
export const subjectRequired: Lint = {
  id: "subject-required",
  source: "BR 7.1.2.7.4, 7.1.2.10.2; EVG 7.1.4.2",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ subject }, { profile }) {
    const stands = (type: string) => subject.some((attribute) => attribute.type === type);
    const alternatives: string[] = [];
    for (const { type, presence } of profile.subject) {
      if (presence === "required" && !stands(type)) return `${type} is missing`;
      if (presence === "one-of") alternatives.push(type);
    }
    return alternatives.length === 0 || alternatives.some(stands)
      ? null
      : `neither ${alternatives.join(" nor ")}`;
  },
};
