import { TAG } from "./der.ts";
import { type DerNode, readDer } from "./der-reader.ts";
import { OID } from "./oids.ts";

/** Which certificate somebody asks about (RFC 6960 4.1.1). */
export interface CertId {
  /** As it was asked, byte for byte: the answer repeats it. */
  readonly der: Uint8Array;
  /** All of it before the content of the serial: the same for every certificate of an issuer and a hash. */
  readonly prefix: Uint8Array;
  /** Dotted. */
  readonly hashAlgorithm: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Lower-case hex. */
  readonly serial: string;
}

export interface OcspRequest {
  readonly certIds: readonly CertId[];
  /** extnValue of the nonce, to be repeated in the answer; null without one. */
  readonly nonce: Uint8Array | null;
}

/** A request for one certificate has about 120 bytes; nobody signs requests to us. */
export const LARGEST_OCSP_REQUEST = 4096;
const MOST_CERTIFICATES = 16;
/** RFC 9654 2.1. */
const LONGEST_NONCE = 128;

/**
 * Reads an OCSPRequest strictly. A signature of the requestor is allowed and not looked at: everybody may ask.
 * @throws DerError for whatever is answered by malformedRequest, a nonce of 0 or more than 128 octets included
 */
export function readOcspRequest(bytes: Uint8Array): OcspRequest {
  const root = readDer(bytes, { name: "ocspRequest", maxBytes: LARGEST_OCSP_REQUEST, maxDepth: 12 });
  root.elements(1, 2);
  if (root.children.length === 2) root.child(1, "optionalSignature").expect(0xa0);
  const fields = [...root.child(0, "tbsRequest").elements(1, 4)];
  // Both come before the list, each under a tag of its own, in this order.
  if (fields[0]?.is(0xa0)) {
    const version = fields.shift()?.named("version").child(0);
    if (version?.smallInteger() !== 0) root.fail("unknown version");
  }
  if (fields[0]?.is(0xa1)) fields.shift();
  const list = fields.shift()?.named("requestList") ?? root.fail("no requestList");
  const certIds = list.elements(1, MOST_CERTIFICATES).map(readRequest);
  const extensions = fields.shift()?.named("requestExtensions");
  if (fields.length > 0) root.fail("unknown field");
  return { certIds, nonce: extensions === undefined ? null : readNonce(extensions.expect(0xa2).child(0)) };
}

function readRequest(node: DerNode): CertId {
  const [certId = node.fail("incomplete"), extensions] = node.elements(1, 2);
  if (extensions !== undefined)
    for (const each of extensionsIn(extensions.expect(0xa0).child(0))) refuseCritical(each);
  certId.elements(4);
  const algorithm = certId.child(0, "hashAlgorithm");
  const [oid = algorithm.fail("incomplete"), parameters] = algorithm.elements(1, 2);
  parameters?.expect(TAG.null);
  const serial = certId.child(3, "serialNumber");
  return {
    der: certId.der,
    prefix: certId.root.subarray(certId.start, serial.contentStart),
    hashAlgorithm: oid.oid(),
    issuerNameHash: certId.child(1, "issuerNameHash").octets(),
    issuerKeyHash: certId.child(2, "issuerKeyHash").octets(),
    serial: serial.integerBytes().toHex(),
  };
}

interface Extension {
  readonly node: DerNode;
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

function extensionsIn(list: DerNode): Extension[] {
  list.expect(TAG.sequence);
  return list.children.map((node) => {
    const fields = node.elements(2, 3);
    const critical = fields.length === 3 && node.child(1).boolean();
    return { node, oid: node.child(0).oid(), critical, value: node.child(fields.length - 1).octets() };
  });
}

/** RFC 6960 4.4: what is critical and unknown cannot be passed over. */
function refuseCritical({ node, critical }: Extension): void {
  if (critical) node.fail("unknown critical extension");
}

function readNonce(list: DerNode): Uint8Array | null {
  let nonce: Uint8Array | null = null;
  for (const extension of extensionsIn(list)) {
    if (extension.oid !== OID.ocspNonce) {
      refuseCritical(extension);
      continue;
    }
    if (nonce !== null) extension.node.fail("two nonces");
    const { length } = readDer(extension.value, { name: "nonce", maxBytes: LARGEST_OCSP_REQUEST }).octets();
    if (length < 1 || length > LONGEST_NONCE) extension.node.fail("a nonce has 1 to 128 octets");
    nonce = extension.value;
  }
  return nonce;
}

/** Where a plain request says what it asks about: the CertID reaches to the end of the bytes. */
export interface PlainRequest {
  readonly certIdAt: number;
  readonly serialAt: number;
}

/** OCSPRequest, TBSRequest, requestList, Request, each with one element; all lengths below 128. */
const WRAPPERS = 4;
const CERT_ID_AT = 2 * WRAPPERS;

/**
 * The shape that nearly every request has: one certificate, no extensions, nothing optional, and a serial of
 * `serialLength` octets at its end. Only lengths are looked at, without making anything: what the bytes before the
 * serial say is compared with what was read strictly before. Null for every other shape, right or wrong.
 */
export function plainRequest(bytes: Uint8Array, serialLength: number): PlainRequest | null {
  const { length } = bytes;
  if (length < CERT_ID_AT + 2 + serialLength || length > 129) return null;
  for (let at = 0; at <= CERT_ID_AT; at += 2) {
    if (bytes[at] !== TAG.sequence || bytes[at + 1] !== length - at - 2) return null;
  }
  const serialAt = length - serialLength;
  if (bytes[serialAt - 2] !== TAG.integer || bytes[serialAt - 1] !== serialLength) return null;
  return { certIdAt: CERT_ID_AT, serialAt };
}
