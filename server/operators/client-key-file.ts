import { randomBytes } from "node:crypto";
import forge from "node-forge";
import { randomCode } from "../kernel/ids.ts";
import { generateKey, spkiOf, toPem } from "../pki/index.ts";

/** Rounds of key derivation: a .p12 file travels, so guessing its password has to cost something. */
const ROUNDS = 120_000;

/** 100 random bits: out of reach for guessing whatever the rounds. */
const PASSWORD_BITS = 100;

export interface ClientKeyFile {
  /** PKCS#12 (RFC 7292) as browsers and operating systems import it. */
  readonly p12: Uint8Array;
  /** Opens the file. Shown once, never stored, never mailed together with the file. */
  readonly password: string;
}

/** A key pair that exists to be packed into one file and then forgotten. */
export interface ClientKey {
  readonly spki: Uint8Array;
  /** Packs key, certificate and its issuer; the key is gone afterwards, so it works once. */
  pack(file: { name: string; certificate: Uint8Array; issuer: Uint8Array }): ClientKeyFile;
}

/**
 * Makes the key of a client certificate. RSA, because node-forge, which writes the file, knows no other keys. OpenSSL
 * makes the key; node-forge only packs it: AES-256 under PBES2 with SHA-256 (RFC 8018).
 */
export async function makeClientKey(): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKey("RSA-2048");
  let pem: string | null = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  return {
    spki: spkiOf(publicKey),
    pack({ name, certificate, issuer }) {
      if (pem === null) throw new Error("the client key was packed already, and forgotten");
      const key = forge.pki.privateKeyFromPem(pem);
      pem = null;
      const password = randomCode(PASSWORD_BITS);
      // The types do not know prfAlgorithm; without it the derivation falls back to HMAC-SHA-1.
      const options = {
        algorithm: "aes256" as const,
        count: ROUNDS,
        saltSize: 16,
        friendlyName: name,
        localKeyId: randomBytes(20).toString("hex"),
        prfAlgorithm: "sha256",
      };
      const chain = [certificate, issuer].map((der) =>
        forge.pki.certificateFromPem(toPem("CERTIFICATE", der)),
      );
      const file = forge.asn1.toDer(forge.pkcs12.toPkcs12Asn1(key, chain, password, options)).getBytes();
      return { p12: new Uint8Array(Buffer.from(file, "latin1")), password };
    },
  };
}
