import { constants, createPublicKey, verify } from "node:crypto";
import { isProblem, Problem } from "../kernel/problem.ts";
import { TAG } from "./der.ts";
import { DerError, type DerNode, readDer } from "./der-reader.ts";
import { type NameAttribute, readName } from "./distinguished-name.ts";
import { printIpAddress } from "./ip-addresses.ts";
import { type PublicKeyInfo, readPublicKey } from "./keys.ts";
import { OID } from "./oids.ts";
import { holdsPrivateKey, kindOfDer, type PastedKind } from "./pasted-kind.ts";
import { readBase64, readPem } from "./pem.ts";
import {
  PSS_ALGORITHMS,
  type PssAlgorithm,
  readAlgorithmIdentifier,
  readPssIdentifier,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
} from "./signature-algorithms.ts";

/** Things worth telling the sender that do not stand in the way: only the key is taken from a CSR. */
export type CsrWarning =
  | "subject-unreadable"
  | "requested-names-unreadable"
  | "requested-names-of-other-kinds"
  | "challenge-password"
  | "attributes-missing";

/** A certificate signing request (PKCS#10, RFC 2986). */
export interface Csr {
  readonly der: Uint8Array;
  /** certificationRequestInfo as signed. */
  readonly signedBytes: Uint8Array;
  readonly subject: readonly NameAttribute[];
  readonly publicKey: PublicKeyInfo;
  /** DNS names and addresses of an extensionRequest, as written there. */
  readonly requestedNames: readonly string[];
  readonly signatureAlgorithm: SignatureAlgorithm | PssAlgorithm;
  readonly signature: Uint8Array;
  readonly warnings: readonly CsrWarning[];
}

const CSR_LIMIT_KIB = 16;

/**
 * Reads what someone pasted or uploaded: PEM (also "NEW CERTIFICATE REQUEST", CRLF, text around it) or DER.
 *
 * A private key anywhere in it is refused before any other look, so that nothing of it reaches a message or a log.
 * @throws Problem csr-private-key, csr-too-large, csr-not-pem, csr-other-type, csr-malformed,
 *   csr-signature-algorithm (SHA-1, MD5 and whatever else we do not verify), key-type-unsupported
 */
export function parseCsr(input: string | Uint8Array): Csr {
  if (holdsPrivateKey(input)) throw new Problem("csr-private-key");
  if (input.length > CSR_LIMIT_KIB * 1024) throw new Problem("csr-too-large", { limitKiB: CSR_LIMIT_KIB });
  const der = derOf(input);
  refuseOtherKinds(kindOfDer(der));
  try {
    return readCsr(der);
  } catch (error) {
    if (error instanceof DerError) throw new Problem("csr-malformed", { at: error.at });
    throw error;
  }
}

/**
 * SubjectPublicKeyInfo alone out of the bytes of a CSR that `parseCsr` has read and `verifyCsrSignature` has verified.
 * @throws Problem csr-malformed
 */
export function spkiOfCsr(der: Uint8Array): Uint8Array {
  try {
    const root = readDer(der, { name: "certificationRequest", maxBytes: CSR_LIMIT_KIB * 1024 });
    return root.child(0, "certificationRequestInfo").child(2, "subjectPKInfo").der;
  } catch (error) {
    if (error instanceof DerError) throw new Problem("csr-malformed", { at: error.at });
    throw error;
  }
}

/** True where `parseCsr` finds a private key, armoured or bare: such text is never shown again, kept or logged. */
export function isPastedPrivateKey(input: string | Uint8Array): boolean {
  try {
    parseCsr(input);
    return false;
  } catch (error) {
    return isProblem(error, "csr-private-key");
  }
}

function refuseOtherKinds(kind: PastedKind | null): void {
  if (kind === "private key") throw new Problem("csr-private-key");
  if (kind !== null) throw new Problem("csr-other-type", { found: kind });
}

function derOf(input: string | Uint8Array): Uint8Array {
  if (typeof input !== "string" && input[0] === TAG.sequence) return input;
  const text = typeof input === "string" ? input : Buffer.from(input).toString("latin1");
  const blocks = readPem(text);
  const requests = blocks?.filter(({ label }) => /^(NEW )?CERTIFICATE REQUEST$/.test(label)) ?? [];
  const [request] = requests;
  if (request !== undefined && requests.length === 1) return request.bytes;
  const [other] = blocks ?? [];
  if (request === undefined && other !== undefined) {
    refuseOtherKinds(kindOfDer(other.bytes));
    throw new Problem("csr-other-type", { found: other.label.toLowerCase() });
  }
  // Bare base64 is no CSR to us, but a key or certificate in that form still gets its own answer.
  const bare = blocks?.length === 0 ? readBase64(text) : null;
  if (bare !== null) refuseOtherKinds(kindOfDer(bare));
  throw new Problem("csr-not-pem");
}

function readCsr(der: Uint8Array): Csr {
  const root = readDer(der, { name: "certificationRequest", maxBytes: CSR_LIMIT_KIB * 1024 });
  root.elements(3);
  const info = root.child(0, "certificationRequestInfo");
  const warnings = new Set<CsrWarning>();
  info.elements(3, 4);
  if (info.child(0, "version").smallInteger() !== 0) info.child(0).fail("unknown version");
  const subject = readSubject(info.child(1, "subject"), warnings);
  const publicKey = readPublicKey(info.child(2, "subjectPKInfo"));
  const attributes = info.children[3]?.named("attributes");
  // RFC 2986 4.1 demands the field, even empty; old tools leave it out, and nothing of it is used.
  if (attributes === undefined) warnings.add("attributes-missing");
  const requestedNames = attributes === undefined ? [] : readAttributes(attributes.expect(0xa0), warnings);
  const algorithm = readAlgorithm(root.child(1, "signatureAlgorithm"));
  if (keyTypeOf(algorithm) !== publicKey.type) root.child(1).fail("not an algorithm of this key");
  return {
    der,
    signedBytes: info.der,
    subject,
    publicKey,
    requestedNames,
    signatureAlgorithm: algorithm,
    signature: root.child(2, "signature").bitBytes(),
    warnings: [...warnings],
  };
}

function readAlgorithm(node: DerNode): Csr["signatureAlgorithm"] {
  const algorithm = readAlgorithmIdentifier(node);
  if ("algorithm" in algorithm) return algorithm.algorithm;
  const pss = readPssIdentifier(node);
  if (pss === null) throw new Problem("csr-signature-algorithm", { found: algorithm.refused });
  return pss;
}

const isPss = (algorithm: Csr["signatureAlgorithm"]): algorithm is PssAlgorithm =>
  Object.hasOwn(PSS_ALGORITHMS, algorithm);
const keyTypeOf = (algorithm: Csr["signatureAlgorithm"]) =>
  isPss(algorithm) ? "RSA" : SIGNATURE_ALGORITHMS[algorithm].key;

/** The subject of a CSR is only compared and shown, so text that breaks its own alphabet is a warning. */
function readSubject(name: DerNode, warnings: Set<CsrWarning>): NameAttribute[] {
  name.expect(TAG.sequence);
  try {
    return readName(name).map(({ type, value }) => ({ type, value }));
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    warnings.add("subject-unreadable");
    return [];
  }
}

function readAttributes(attributes: DerNode, warnings: Set<CsrWarning>): string[] {
  const names: string[] = [];
  for (const attribute of attributes.children) {
    const [type, values] = attribute.elements(2);
    const dotted = type?.oid();
    if (dotted === OID.challengePassword) warnings.add("challenge-password");
    if (dotted !== OID.extensionRequest || values === undefined) continue;
    try {
      names.push(...readRequestedNames(values.named("extensionRequest"), warnings));
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      warnings.add("requested-names-unreadable");
    }
  }
  return [...new Set(names)];
}

function readRequestedNames(values: DerNode, warnings: Set<CsrWarning>): string[] {
  const names: string[] = [];
  const extensions = values.expect(TAG.set).child(0).expect(TAG.sequence);
  for (const extension of extensions.children) {
    if (extension.child(0).oid() !== OID.subjectAltName) continue;
    const value = extension.child(extension.children.length - 1).octets();
    const general = readDer(value, { name: "subjectAltName", maxBytes: CSR_LIMIT_KIB * 1024, maxDepth: 8 });
    for (const name of general.expect(TAG.sequence).children) {
      if (name.is(0x82)) names.push(name.asciiContent());
      else if (name.is(0x87) && [4, 16].includes(name.content.length))
        names.push(printIpAddress(name.content));
      else warnings.add("requested-names-of-other-kinds");
    }
  }
  return names;
}

/**
 * Proof of possession: the request is signed with its own key. Runs on libuv's thread pool, so that a hundred CSRs at
 * once do not hold up the event loop.
 * @throws Problem csr-signature-broken
 */
export function verifyCsrSignature(csr: Csr): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new Problem("csr-signature-broken"));
    try {
      const key = createPublicKey({ key: Buffer.from(csr.publicKey.spki), format: "der", type: "spki" });
      const algorithm = csr.signatureAlgorithm;
      const { hash } = isPss(algorithm) ? PSS_ALGORITHMS[algorithm] : SIGNATURE_ALGORITHMS[algorithm];
      const padding = isPss(algorithm)
        ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_ALGORITHMS[algorithm].saltLength }
        : {};
      verify(hash, csr.signedBytes, { key, ...padding }, csr.signature, (error, valid) =>
        error === null && valid ? resolve() : refuse(),
      );
    } catch {
      // OpenSSL refuses to load keys that our reader let pass (an impossible exponent, say).
      refuse();
    }
  });
}
