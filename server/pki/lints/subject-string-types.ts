import { isNameAttributeType, stringTagOf } from "../distinguished-name.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

/** PrintableString for C, jurisdictionC and serialNumber, UTF8String for the rest. */
export const subjectStringTypes: Lint = {
  id: "subject-string-types",
  source: "BR 7.1.4.2, EVG 7.1.4.2",
  since: day("2023-09-15"),
  profiles: EVERYTHING,
  check({ subject }) {
    for (const { type, tag } of subject) {
      if (!isNameAttributeType(type)) continue;
      if (tag !== stringTagOf(type)) return `${type} has string type 0x${tag.toString(16)}`;
    }
    return null;
  },
};
