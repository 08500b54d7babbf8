import { day, type Lint } from "./lint.ts";

/** Where the registry gives no number its date stands there; a date in any other order of its parts is a guess. */
const OTHER_DATE =
  /^(?:\d{4}[/.年]\d{1,2}|\d{1,2}[-/. ](?:\d{1,2}|[A-Z]{3,})[-/. ,]|[A-Z]{3,} \d{1,2},? |(?:19|20)\d{6}$)/i;

export const subjectEvFormationDate: Lint = {
  id: "subject-ev-formation-date",
  source: "EVG 7.1.4.2.5 (date of formation as YYYY-MM-DD)",
  since: day("2027-09-15"),
  profiles: ["SERVER_EV"],
  check({ subject }) {
    const number = subject.find(({ type }) => type === "serialNumber");
    return number !== undefined && OTHER_DATE.test(number.value) ? "date is not YYYY-MM-DD" : null;
  },
};
