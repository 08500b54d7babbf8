import { readServerName } from "../dns-names.ts";
import { day, type Lint, SERVERS } from "./lint.ts";

/** Each name reads as itself under the rules for requested names: the same check again, on the bytes to be signed. */
export const namesSyntax: Lint = {
  id: "names-syntax",
  source: "BR 7.1.2.7.12, 4.2.2, 3.2.2.6; EVG 7.1.4.2.1",
  since: day("2023-09-15"),
  profiles: SERVERS,
  check({ names }, { profile }) {
    for (const name of names) {
      if (name.kind === "other") continue;
      const read = readServerName(name.text);
      if (typeof read === "string") return `${name.text}: ${read}`;
      if (read.ascii !== name.text || (read.kind === "ip") !== (name.kind === "ip"))
        return `${name.text}: not normalised`;
      if (read.kind === "wildcard" && !profile.wildcards) return `${name.text}: wildcard`;
    }
    return null;
  },
};
