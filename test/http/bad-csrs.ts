import { generateKeyPairSync, sign } from "node:crypto";
import type { ProblemCode } from "../../server/kernel/problem.ts";
import * as der from "../../server/pki/der.ts";
import { encodeName, spkiOf, toPem } from "../../server/pki/index.ts";
import { algorithmIdentifier, type SignatureAlgorithm } from "../../server/pki/signature-algorithms.ts";
import { makeRoot } from "../support/certificates.ts";
import { csrDer, csrPem, type keyPair, privateKeyPem } from "../support/csr.ts";

/** Everything people paste where a CSR belongs, made at run time, with the problem it must be called by. */
export interface BadCsr {
  readonly what: string;
  readonly text: string;
  readonly code: ProblemCode;
  /** What is weak about the key. */
  readonly why?: string;
  /** A line of it that must appear nowhere afterwards. */
  readonly secret?: string;
}

type Keys = ReturnType<typeof keyPair>;

export async function badCsrs(): Promise<BadCsr[]> {
  const good = csrDer();
  const certificate = await makeRoot({ profile: "STAFF_ROOT", commonName: "Pasted" });
  const pkcs8 = privateKeyPem();
  const line = pkcs8.split("\n")[1] ?? "";
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pkcs1 = rsa.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const secretLine = pkcs1.split("\n")[5] ?? "";
  const bare = pkcs1.split("\n").slice(1, -2).join("\n");
  const ed25519 = generateKeyPairSync("ed25519") as Keys;
  const secp224r1 = generateKeyPairSync("ec", { namedCurve: "secp224r1" });
  const exponent3 = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 });
  const publicKey = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
  // An empty SignedData is enough to be recognised (RFC 2315 7).
  const pkcs7 = toPem("PKCS7", der.sequence(der.oid("1.2.840.113549.1.7.2")));
  return [
    { what: "words", text: "please issue me a certificate", code: "csr-not-pem" },
    { what: "half of it", text: csrPem().slice(0, 200), code: "csr-not-pem" },
    { what: "damaged DER", text: toPem("CERTIFICATE REQUEST", good.slice(0, -7)), code: "csr-malformed" },
    {
      what: "DER of something else",
      text: toPem("CERTIFICATE REQUEST", der.sequence(der.integer(7))),
      code: "csr-malformed",
    },
    { what: "a huge one", text: `${csrPem()}${"#".repeat(20_000)}`, code: "csr-too-large" },
    {
      what: "RSA with 1024 bits",
      text: csrPem({ kind: "RSA-1024" }),
      code: "key-weak",
      why: "modulus-too-short",
    },
    {
      what: "RSA with exponent 3",
      text: csrPem({ keys: exponent3 as Keys }),
      code: "key-weak",
      why: "exponent",
    },
    {
      what: "a curve outside the rules",
      text: csrPem({ keys: secp224r1 as Keys }),
      code: "key-type-unsupported",
    },
    {
      what: "Ed25519",
      text: signedWith(ed25519, "ecdsa-with-SHA256", null),
      code: "key-type-unsupported",
    },
    { what: "a certificate", text: certificate.pem, code: "csr-other-type" },
    { what: "PKCS#7", text: pkcs7, code: "csr-other-type" },
    { what: "a public key", text: publicKey, code: "csr-other-type" },
    { what: "a private key", text: pkcs8, code: "csr-private-key", secret: line },
    { what: "an RSA private key", text: pkcs1, code: "csr-private-key", secret: secretLine },
    { what: "a private key without its armour", text: bare, code: "csr-private-key", secret: secretLine },
    {
      what: "a private key after a good CSR",
      text: `${csrPem()}\nhere is the key as well:\n${pkcs1}`,
      code: "csr-private-key",
      secret: secretLine,
    },
    {
      what: "a PuTTY key",
      text: `PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 14\n${secretLine}\n`,
      code: "csr-private-key",
      secret: secretLine,
    },
    {
      what: "somebody else's signature",
      text: csrPem({ brokenSignature: true }),
      code: "csr-signature-broken",
    },
    {
      what: "a signature with SHA-1",
      text: signedWith(rsa as Keys, null, "sha1"),
      code: "csr-signature-algorithm",
    },
  ];
}

/** A request whose algorithm is one we do not take: SHA-1 with RSA where `algorithm` is null. */
function signedWith(
  { publicKey, privateKey }: Keys,
  algorithm: SignatureAlgorithm | null,
  hash: string | null,
) {
  const info = der.sequence(
    der.integer(0),
    encodeName([{ type: "CN", value: "www.example.co.jp" }]),
    spkiOf(publicKey),
    der.constructed(0xa0, []),
  );
  const identifier = algorithm
    ? algorithmIdentifier(algorithm)
    : der.sequence(der.oid("1.2.840.113549.1.1.5"), der.nullValue());
  const signature = der.bitString(new Uint8Array(sign(hash, info, privateKey)));
  return toPem("CERTIFICATE REQUEST", der.sequence(info, identifier, signature));
}
