import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import * as der from "../../server/pki/der.ts";
import { subjectAltName } from "../../server/pki/extensions.ts";
import { encodeName, type NameAttribute, OID, spkiOf, toPem } from "../../server/pki/index.ts";
import { algorithmIdentifier } from "../../server/pki/signature-algorithms.ts";

/** Certificate requests made at run time: no key ever lies in a file. */

export type KeyKind = "P-256" | "P-384" | "RSA-2048" | "RSA-1024";

export function keyPair(kind: KeyKind = "P-256"): { publicKey: KeyObject; privateKey: KeyObject } {
  return kind.startsWith("P-")
    ? generateKeyPairSync("ec", { namedCurve: kind })
    : generateKeyPairSync("rsa", { modulusLength: Number(kind.slice(4)) });
}

export interface CsrOptions {
  readonly kind?: KeyKind;
  readonly keys?: { publicKey: KeyObject; privateKey: KeyObject };
  readonly subject?: readonly NameAttribute[];
  readonly names?: readonly string[];
  /** Sign with somebody else's key: the proof of possession fails. */
  readonly brokenSignature?: boolean;
}

/** A PKCS#10 request in DER (RFC 2986). */
export function csrDer(options: CsrOptions = {}): Uint8Array {
  const kind = options.kind ?? "P-256";
  const { publicKey, privateKey } = options.keys ?? keyPair(kind);
  const subject = options.subject ?? [{ type: "CN", value: "www.example.co.jp" }];
  const names = options.names ?? [];
  const san = der.sequence(der.oid(OID.extensionRequest), der.setOf([der.sequence(subjectAltName(names))]));
  const info = der.sequence(
    der.integer(0),
    encodeName(subject),
    spkiOf(publicKey),
    der.constructed(0xa0, names.length === 0 ? [] : [san]),
  );
  const signer = options.brokenSignature ? keyPair(kind).privateKey : privateKey;
  const algorithm = privateKey.asymmetricKeyType === "rsa" ? "sha256WithRSAEncryption" : "ecdsa-with-SHA256";
  return der.sequence(
    info,
    algorithmIdentifier(algorithm),
    der.bitString(new Uint8Array(sign("sha256", info, signer))),
  );
}

export const csrPem = (options: CsrOptions = {}): string => toPem("CERTIFICATE REQUEST", csrDer(options));

export const privateKeyPem = (): string =>
  keyPair().privateKey.export({ type: "pkcs8", format: "pem" }).toString();
