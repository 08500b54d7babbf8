import { characters, isNameAttributeType, NAME_ATTRIBUTES } from "../distinguished-name.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

/** Counted in characters after encoding, so that 64 kanji are 64. */
export const subjectLengths: Lint = {
  id: "subject-lengths",
  source: "RFC 5280 appendix A.1, BR 7.1.4.2",
  since: day("2008-05-01"),
  profiles: EVERYTHING,
  check({ subject }) {
    for (const { type, value } of subject) {
      if (!isNameAttributeType(type)) continue;
      const length = characters(value);
      if (length === 0 || length > NAME_ATTRIBUTES[type].limit) return `${type} has ${length} characters`;
    }
    return null;
  },
};
