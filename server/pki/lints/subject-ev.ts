import { day, type Lint } from "./lint.ts";

const CATEGORIES = ["Private Organization", "Government Entity", "Business Entity", "Non-Commercial Entity"];

/** EV also names the category, the country of the registry and the number there (12 digits in Japan). */
export const subjectEv: Lint = {
  id: "subject-ev",
  source: "EVG 7.1.4.2.3, 7.1.4.2.4, 7.1.4.2.5",
  since: day("2008-05-01"),
  profiles: ["SERVER_EV"],
  check({ subject }) {
    const value = (wanted: string) => subject.find(({ type }) => type === wanted)?.value ?? "";
    if (!CATEGORIES.includes(value("businessCategory"))) return "businessCategory";
    if (value("jurisdictionC") === "") return "jurisdictionC is missing";
    if (value("serialNumber") === "") return "serialNumber is missing";
    const japaneseCorporation =
      value("jurisdictionC") === "JP" && value("businessCategory") === "Private Organization";
    return japaneseCorporation && !/^\d{12}$/.test(value("serialNumber"))
      ? "serialNumber is not 12 digits"
      : null;
  },
};
