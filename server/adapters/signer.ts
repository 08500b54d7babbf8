/** The signature algorithms our CAs use (BR 7.1.3.2); SHA-1 has no name here. */
export type SignatureAlgorithm = "sha256WithRSA" | "sha384WithRSA" | "ecdsaWithSHA256" | "ecdsaWithSHA384";

/**
 * A private key that never leaves its place: a file today, an HSM behind the same interface tomorrow. Whoever signs
 * receives one as an argument.
 */
export interface Signer {
  /** SubjectPublicKeyInfo, DER (RFC 5280 4.1.2.7). */
  readonly publicKeySpki: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** The signature over `bytes` as it stands in a BIT STRING: PKCS#1 v1.5, or ECDSA-Sig-Value in DER (RFC 3279 2.2.3). */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
