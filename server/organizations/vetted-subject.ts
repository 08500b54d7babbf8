import type { VettedSubject } from "../pki/index.ts";
import type { VettedRecord } from "./organization.ts";
import { PREFECTURES } from "./prefectures.ts";

/** What the vetted record lets a subject say. The English place exists only where its fields are registered. */
export function vettedSubjectOf(record: VettedRecord): VettedSubject {
  const { country, prefecture, nameEn, localityEn } = record;
  return {
    country,
    ja: { stateOrProvince: prefecture, locality: record.localityJa, organization: record.nameJa },
    en:
      nameEn === null || localityEn === null
        ? null
        : {
            stateOrProvince: PREFECTURES[prefecture] ?? prefecture,
            locality: localityEn,
            organization: nameEn,
          },
    ev: evOf(record),
  };
}

/** EVG 7.1.4.2.3 to .5: what kind of body it is, where it was formed, and its number there. */
function evOf({ evEnabled, evCategory, registryNumber, country }: VettedRecord): VettedSubject["ev"] {
  if (!evEnabled) return null;
  if (evCategory === "PRIVATE") {
    if (registryNumber === null) return null;
    return {
      businessCategory: "Private Organization",
      jurisdictionCountry: country,
      registrationNumber: registryNumber,
    };
  }
  // EVG 7.1.4.2.5: a government entity without a number says that it is one.
  return {
    businessCategory: "Government Entity",
    jurisdictionCountry: country,
    registrationNumber: registryNumber ?? "Government Entity",
  };
}
