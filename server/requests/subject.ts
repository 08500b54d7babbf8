import type { SubjectLanguage, VettedRecord } from "../organizations/index.ts";
import { type NameAttribute, subjectFor, type VettedSubject } from "../pki/index.ts";
import { PREFECTURES } from "./prefectures.ts";
import type { Product } from "./request.ts";

/** What the vetted record lets a subject say. The English place exists only where its fields are registered. */
function vettedSubjectOf(record: VettedRecord): VettedSubject {
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

/**
 * The subject that the certificate of a request will carry, from the vetted record alone (domain.md 4).
 * @throws Problem english-fields-missing, ev-not-enabled
 */
export function subjectOfRequest(
  request: {
    readonly product: Product;
    readonly subjectLanguage: SubjectLanguage;
    readonly commonName: string;
  },
  record: VettedRecord,
): NameAttribute[] {
  return subjectFor(request.product, vettedSubjectOf(record), request.subjectLanguage, request.commonName);
}

/** One attribute as the CSR has it and as the certificate will have it. */
export interface SubjectDifference {
  readonly attribute: string;
  readonly inCsr: string | null;
  readonly inCertificate: string | null;
  readonly same: boolean;
}

/**
 * The subject of a CSR beside that of the certificate: shown, never copied. Compared without regard to case, width
 * and spaces, since a CSR's spelling has no consequence (domain.md 7, item 4).
 */
export function subjectDifferences(
  csr: readonly NameAttribute[],
  certificate: readonly NameAttribute[],
): readonly SubjectDifference[] {
  const types = new Set([...certificate, ...csr].map(({ type }) => type));
  return [...types].map((attribute) => {
    const inCsr = valuesOf(csr, attribute);
    const inCertificate = valuesOf(certificate, attribute);
    return { attribute, inCsr, inCertificate, same: comparable(inCsr) === comparable(inCertificate) };
  });
}

function valuesOf(attributes: readonly NameAttribute[], type: string): string | null {
  const values = attributes.filter((one) => one.type === type).map(({ value }) => value);
  return values.length === 0 ? null : values.join(", ");
}

const comparable = (text: string | null): string | null =>
  text === null ? null : text.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();
