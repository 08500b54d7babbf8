import { context, type Der, equalBytes, integer, nullValue, oid, sequence } from "./der.ts";
import type { DerNode } from "./der-reader.ts";
import { OID } from "./oids.ts";

/**
 * Signature algorithms: SHA-256, 384 and 512 with RSA PKCS#1 v1.5 or ECDSA (BR 7.1.3.2). What stands in `REFUSED` is
 * known by name so that a refusal can say what was found; SHA-1 and MD5 are accepted nowhere, not even as the
 * self-signature of a CSR.
 */
export const SIGNATURE_ALGORITHMS = {
  sha256WithRSAEncryption: { oid: "1.2.840.113549.1.1.11", key: "RSA", hash: "sha256" },
  sha384WithRSAEncryption: { oid: "1.2.840.113549.1.1.12", key: "RSA", hash: "sha384" },
  sha512WithRSAEncryption: { oid: "1.2.840.113549.1.1.13", key: "RSA", hash: "sha512" },
  "ecdsa-with-SHA256": { oid: "1.2.840.10045.4.3.2", key: "EC", hash: "sha256" },
  "ecdsa-with-SHA384": { oid: "1.2.840.10045.4.3.3", key: "EC", hash: "sha384" },
  "ecdsa-with-SHA512": { oid: "1.2.840.10045.4.3.4", key: "EC", hash: "sha512" },
} as const;

export type SignatureAlgorithm = keyof typeof SIGNATURE_ALGORITHMS;

const REFUSED: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.2": "md2WithRSAEncryption",
  "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
  "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
  "1.3.14.3.2.29": "sha1WithRSA",
  "1.2.840.10045.4.1": "ecdsa-with-SHA1",
  "1.2.840.113549.1.1.10": "RSASSA-PSS",
  "1.2.840.113549.1.1.14": "sha224WithRSAEncryption",
  "1.2.840.10045.4.3.1": "ecdsa-with-SHA224",
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
};

/**
 * RSASSA-PSS in the three forms of BR 7.1.3.2.1: a hash, MGF1 with the same, a salt as long as it. Accepted where
 * somebody proves with it that an rsaEncryption key is theirs; we sign with none of them, and a key whose own
 * algorithm is RSASSA-PSS is refused (BR 7.1.3.1.1).
 */
export const PSS_ALGORITHMS = {
  "RSASSA-PSS with SHA-256": { hash: "sha256", oid: "2.16.840.1.101.3.4.2.1", saltLength: 32 },
  "RSASSA-PSS with SHA-384": { hash: "sha384", oid: "2.16.840.1.101.3.4.2.2", saltLength: 48 },
  "RSASSA-PSS with SHA-512": { hash: "sha512", oid: "2.16.840.1.101.3.4.2.3", saltLength: 64 },
} as const;
export type PssAlgorithm = keyof typeof PSS_ALGORITHMS;

/** AlgorithmIdentifier of RSASSA-PSS (RFC 4055 3.1) as BR 7.1.3.2.1 prints it. */
function pssIdentifier(algorithm: PssAlgorithm): Der {
  const { oid: dotted, saltLength } = PSS_ALGORITHMS[algorithm];
  const digest = sequence(oid(dotted), nullValue());
  const mask = sequence(oid("1.2.840.113549.1.1.8"), digest);
  const parameters = sequence(context(0, digest), context(1, mask), context(2, integer(saltLength)));
  return sequence(oid(OID.rsassaPss), parameters);
}

/** Which of the three it is, byte for byte; null for every other algorithm and other parameters. */
export function readPssIdentifier(node: DerNode): PssAlgorithm | null {
  const names = Object.keys(PSS_ALGORITHMS) as PssAlgorithm[];
  return names.find((name) => equalBytes(pssIdentifier(name), node.der)) ?? null;
}

const byOid = new Map<string, SignatureAlgorithm>(
  (Object.keys(SIGNATURE_ALGORITHMS) as SignatureAlgorithm[]).map((name) => [
    SIGNATURE_ALGORITHMS[name].oid,
    name,
  ]),
);

const encoded = new Map<SignatureAlgorithm, Der>();

/** AlgorithmIdentifier: NULL parameters for RSA, none for ECDSA, byte for byte as BR 7.1.3.2 prints them. */
export function algorithmIdentifier(algorithm: SignatureAlgorithm): Der {
  const known = encoded.get(algorithm);
  if (known !== undefined) return known;
  const { oid: dotted, key } = SIGNATURE_ALGORITHMS[algorithm];
  const der = key === "RSA" ? sequence(oid(dotted), nullValue()) : sequence(oid(dotted));
  encoded.set(algorithm, der);
  return der;
}

/** The algorithm, or the name (else the dotted OID) of one that we refuse. Wrong parameters are malformed. */
export function readAlgorithmIdentifier(
  node: DerNode,
): { readonly algorithm: SignatureAlgorithm } | { readonly refused: string } {
  const dotted = node.elements(1, 2)[0]?.oid() ?? "";
  const algorithm = byOid.get(dotted);
  if (algorithm === undefined) return { refused: REFUSED[dotted] ?? dotted };
  const expected = algorithmIdentifier(algorithm);
  if (Buffer.compare(expected, node.der) !== 0) node.fail("wrong algorithm parameters");
  return { algorithm };
}

/** What a key of this kind signs with: the hash follows the curve (BR 7.1.3.2.2). */
export function signatureAlgorithmFor(
  key: { type: "RSA" } | { type: "EC"; curve: "P-256" | "P-384" | "P-521" },
): SignatureAlgorithm {
  if (key.type === "RSA") return "sha256WithRSAEncryption";
  return (
    { "P-256": "ecdsa-with-SHA256", "P-384": "ecdsa-with-SHA384", "P-521": "ecdsa-with-SHA512" } as const
  )[key.curve];
}
