import { day, type Lint } from "./lint.ts";

export const namesUnique: Lint = {
  id: "names-unique",
  source: "BR 7.1.2.7.12",
  since: day("2012-07-01"),
  profiles: ["SERVER_OV", "SERVER_EV", "SITE_SERVER"],
  check({ names }) {
    const seen = new Set<string>();
    for (const name of names) {
      if (name.kind === "other") continue;
      if (seen.has(name.text)) return `${name.text} appears twice`;
      seen.add(name.text);
    }
    return null;
  },
};
