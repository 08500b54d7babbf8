import { equalBytes } from "../der.ts";
import { day, EVERYTHING, type Lint, sameList } from "./lint.ts";

/** Subject, names, key, serial and issuer are those of the approved records, field by field. */
export const matchesRecords: Lint = {
  id: "matches-records",
  source: "BR 3.2.2, 4.2.1 (only verified information)",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ subject, names, publicKey, serial, issuerDer }, { expected = {} }) {
    if (expected.subject !== undefined) {
      const print = (attributes: readonly { type: string; value: string }[]) =>
        attributes.map(({ type, value }) => `${type}=${value}`);
      if (!sameList(print(subject), print(expected.subject))) return "subject";
    }
    if (expected.names !== undefined) {
      const found = names.map((name) => (name.kind === "other" ? "" : name.text));
      if (!sameList(found, expected.names)) return "names";
    }
    if (expected.spkiSha256 !== undefined && publicKey.spkiSha256 !== expected.spkiSha256)
      return "public key";
    if (expected.serial !== undefined && serial !== expected.serial) return "serial";
    if (expected.issuerSubjectDer !== undefined && !equalBytes(issuerDer, expected.issuerSubjectDer))
      return "issuer";
    return null;
  },
};
