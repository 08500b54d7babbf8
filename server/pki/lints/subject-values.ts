import { day, EVERYTHING, type Lint } from "./lint.ts";

/** Words that stand for "nothing here", and values without a single letter or digit. */
const MEANINGLESS =
  /^(?:[^\p{L}\p{N}]*|n\s*[/.]?\s*a\.?|none|nil|null|undefined|unknown|not applicable|not available|なし|無し|該当なし|不明)$/iu;
/** Control, format (bidi overrides, zero width), private-use characters and the sign of a broken conversion. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u{fffd}]/u;
/** Another attribute inside the value: `Tokyo, C=JP` passed three linters at a real CA (bug 2004654). */
const SECOND_ATTRIBUTE = /(?:^|[,;+/\s])(?:CN|C|OU?|L|STREET|ST?|SERIALNUMBER|EMAILADDRESS|DC|UID)\s*=/i;

/** Values mean something: no "-", "N/A" or blanks, nothing invisible, no second attribute inside one. */
export const subjectValues: Lint = {
  id: "subject-values",
  source: "BR 7.1.4.3 (no metadata such as '.', '-' and ' ')",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ subject }) {
    for (const { type, value } of subject) {
      if (MEANINGLESS.test(value)) return `${type} says nothing`;
      if (value !== value.trim()) return `${type} begins or ends with a blank`;
      if (INVISIBLE.test(value)) return `${type} holds an invisible character`;
      if (SECOND_ATTRIBUTE.test(value)) return `${type} holds a second attribute`;
    }
    return null;
  },
};
