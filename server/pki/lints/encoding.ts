import { buildTbsCertificate } from "../certificate.ts";
import { equalBytes } from "../der.ts";
import { isNameAttributeType } from "../distinguished-name.ts";
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "../signature-algorithms.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

/**
 * Reading the bytes and writing what was read gives the same bytes: no second spelling of anything, nothing that the
 * reader skipped, no extension or qualifier that the profile does not know.
 */
export const encoding: Lint = {
  id: "encoding",
  source: "X.690 10 and 11, RFC 5280 4.1",
  since: day("2008-05-01"),
  profiles: EVERYTHING,
  check(certificate, { profile }) {
    const { signatureAlgorithm, names, subject } = certificate;
    if (!isKnown(signatureAlgorithm) || names.some(({ kind }) => kind === "other"))
      return "cannot be written again";
    if (!subject.every(({ type }) => isNameAttributeType(type))) return "cannot be written again";
    try {
      const again = buildTbsCertificate({
        profile,
        issuer: {
          subjectDer: certificate.issuerDer,
          keyIdentifier: certificate.authorityKeyIdentifier ?? new Uint8Array(),
          signatureAlgorithm,
        },
        serial: certificate.serial,
        notBefore: certificate.notBefore,
        notAfter: certificate.notAfter,
        subject,
        publicKey: certificate.publicKey,
        names: names.map((name) => (name.kind === "other" ? "" : name.text)),
        crlUrl: certificate.crlUrls[0] ?? null,
        issuerUrl: certificate.caIssuersUrls[0] ?? null,
        ocspUrl: certificate.ocspUrls[0] ?? null,
      });
      return equalBytes(again, certificate.der) ? null : "written again, the bytes differ";
    } catch (error) {
      if (error instanceof RangeError) return "cannot be written again";
      throw error;
    }
  },
};

function isKnown(algorithm: string): algorithm is SignatureAlgorithm {
  return Object.hasOwn(SIGNATURE_ALGORITHMS, algorithm);
}
