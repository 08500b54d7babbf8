import { equalBytes } from "../der.ts";
import { type NameAttribute, type ParsedNameAttribute, stringTagOf } from "../distinguished-name.ts";
import { day, EVERYTHING, type Lint, sameList } from "./lint.ts";

/** Subject, names, key, serial and issuer are those of the approved records, field by field. */
export const matchesRecords: Lint = {
  id: "matches-records",
  source: "BR 3.2.2, 4.2.1 (only verified information)",
  since: day("2012-07-01"),
  profiles: EVERYTHING,
  check({ subject, names, publicKey, serial, issuerDer }, { expected = {} }) {
    if (expected.subject !== undefined) {
      const different = differentAttribute(subject, expected.subject);
      if (different !== null) return `subject: ${different}`;
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

/** The first attribute that is not, in type, value, string type and place, what the record says; null where all are. */
function differentAttribute(
  found: readonly ParsedNameAttribute[],
  record: readonly NameAttribute[],
): string | null {
  for (const [place, { type, value }] of record.entries()) {
    const attribute = found[place];
    if (attribute?.type !== type || attribute.value !== value) return type;
    // One to a RelativeDistinguishedName, so that its place is also its RDN's.
    if (attribute.rdn !== place || attribute.tag !== stringTagOf(type)) return `${type} (encoding)`;
  }
  return found[record.length]?.type ?? null;
}
