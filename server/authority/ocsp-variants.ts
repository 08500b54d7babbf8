import { createHash } from "node:crypto";
import { type CertId, publicKeyBits, responseWriter } from "../pki/index.ts";
import { type CachedAnswer, SERIAL_BYTES } from "./ocsp-cache.ts";
import type { ResponderKey } from "./ocsp-keys.ts";

/**
 * The hashes that a CertID may name its issuer by. SHA-1 is what RFC 5019 clients send; here it finds an issuer among
 * four and secures nothing.
 */
const HASHES: Readonly<Record<string, "sha1" | "sha256">> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
};

/** One way to ask about an issuer's certificates: a hash, its parameters, the responder that answers. */
export interface Variant {
  /** Never used again for another one. */
  readonly id: number;
  readonly responder: ResponderKey;
  readonly certIdPrefix: Uint8Array;
  /** The whole answer, DER. */
  write(answer: CachedAnswer, nextUpdate: number): Buffer;
}

export interface Variants {
  /** The responder of the issuer that a CertID names, by both of its hashes; null for issuers that are not ours. */
  responderOf(certId: CertId): ResponderKey | null;
  /** The variant of a CertID whose issuer is ours; made when it is first asked for. */
  of(certId: CertId, responder: ResponderKey): Variant;
  /** Found again by the bytes before the serial. */
  withPrefix(prefix: string): Variant | null;
  /** Those that are in use for an issuer. */
  ofIssuer(responder: ResponderKey): readonly Variant[];
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/**
 * There are few: issuers times hashes times with or without NULL. A new set is made when a responder's certificate was
 * renewed; ids go on from `firstId`, so that no answer of the one before is found under it.
 */
export function variantsOf(responders: readonly ResponderKey[], firstId: number): Variants {
  const byHashes = new Map<string, ResponderKey>();
  for (const responder of responders) {
    const { subjectDer, spki } = responder.issuer;
    for (const [oid, hash] of Object.entries(HASHES)) {
      const of = (bytes: Uint8Array) => createHash(hash).update(bytes).digest("hex");
      byHashes.set(`${oid} ${of(subjectDer)} ${of(publicKeyBits(spki))}`, responder);
    }
  }
  const byPrefix = new Map<string, Variant>();
  return {
    responderOf: ({ hashAlgorithm, issuerNameHash, issuerKeyHash }) =>
      byHashes.get(`${hashAlgorithm} ${issuerNameHash.toHex()} ${issuerKeyHash.toHex()}`) ?? null,
    of(certId, responder) {
      const prefix = latin1(certId.prefix);
      const known = byPrefix.get(prefix);
      if (known) return known;
      const made = variant(firstId + byPrefix.size, responder, Uint8Array.from(certId.prefix));
      byPrefix.set(prefix, made);
      return made;
    },
    withPrefix: (prefix) => byPrefix.get(prefix) ?? null,
    ofIssuer: (responder) => [...byPrefix.values()].filter((each) => each.responder === responder),
  };
}

function variant(id: number, responder: ResponderKey, certIdPrefix: Uint8Array): Variant {
  const writers = new Map<string, ReturnType<typeof responseWriter>>();
  return {
    id,
    responder,
    certIdPrefix,
    write(answer, nextUpdate) {
      const { revokedAt, reason, signature } = answer;
      const key = `${revokedAt === 0 ? "good" : (reason ?? "none")} ${signature.length}`;
      let write = writers.get(key);
      if (!write) {
        write = responseWriter({
          responderKeyHash: responder.keyHash,
          certificate: responder.certificate,
          algorithm: "ecdsa-with-SHA256",
          certIdPrefix,
          serialLength: SERIAL_BYTES,
          revoked: revokedAt === 0 ? null : { reason },
          signatureLength: signature.length,
        });
        writers.set(key, write);
      }
      return write({ ...answer, nextUpdate });
    },
  };
}
