import { type SubjectLanguage, type VettedRecord, vettedSubjectOf } from "../organizations/index.ts";
import { type NameAttribute, subjectFor } from "../pki/index.ts";
import type { Product } from "./request.ts";

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
