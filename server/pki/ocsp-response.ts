import type { Der } from "./der.ts";
import * as der from "./der.ts";
import { extension } from "./extensions.ts";
import { OID } from "./oids.ts";
import { algorithmIdentifier, type SignatureAlgorithm } from "./signature-algorithms.ts";

/** CertStatus (RFC 6960 4.2.1); times in whole seconds, a reason as in CRLs, null for unspecified. */
export type CertStatus =
  | { readonly is: "good" }
  | { readonly is: "revoked"; readonly at: Temporal.Instant; readonly reason: number | null }
  | { readonly is: "unknown" };

export interface SingleResponse {
  /** CertID as it was asked. */
  readonly certId: Der;
  readonly status: CertStatus;
  readonly thisUpdate: Temporal.Instant;
  /** null: whoever asks again may hear something newer at any time (RFC 6960 4.2.2.1). */
  readonly nextUpdate: Temporal.Instant | null;
}

export interface ResponseContent {
  /** SHA-1 of the responder's public key bits: ResponderID byKey, which RFC 6960 4.2.1 fixes to that hash. */
  readonly responderKeyHash: Uint8Array;
  readonly producedAt: Temporal.Instant;
  readonly responses: readonly SingleResponse[];
  /** extnValue of the request's nonce. */
  readonly nonce: Uint8Array | null;
}

/** OCSPResponseStatus without responseBytes (RFC 6960 4.2.1): nobody signs these. */
const OCSP_ERRORS = {
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  unauthorized: 6,
} as const;
export type OcspError = keyof typeof OCSP_ERRORS;

export const ocspErrorResponse = (error: OcspError): Der => der.sequence(der.enumerated(OCSP_ERRORS[error]));

/** ResponseData (RFC 6960 4.2.1): the bytes to be signed. */
export function buildResponseData(content: ResponseContent): Der {
  const fields = [
    der.context(2, der.octetString(content.responderKeyHash)),
    der.generalizedTime(content.producedAt),
    der.sequenceOf(content.responses.map(singleResponse)),
  ];
  if (content.nonce !== null) {
    fields.push(der.context(1, der.sequence(extension(OID.ocspNonce, false, content.nonce))));
  }
  return der.sequenceOf(fields);
}

function singleResponse({ certId, status, thisUpdate, nextUpdate }: SingleResponse): Der {
  const fields = [certId, certStatus(status), der.generalizedTime(thisUpdate)];
  if (nextUpdate !== null) fields.push(der.context(0, der.generalizedTime(nextUpdate)));
  return der.sequenceOf(fields);
}

function certStatus(status: CertStatus): Der {
  if (status.is === "good") return der.contextPrimitive(0, new Uint8Array());
  if (status.is === "unknown") return der.contextPrimitive(2, new Uint8Array());
  const fields = [der.generalizedTime(status.at)];
  if (status.reason !== null) fields.push(der.context(0, der.enumerated(status.reason)));
  return der.context(1, ...fields);
}

/** OCSPResponse, successful: the signed data, its signature, and the responder's certificate. */
export function assembleOcspResponse(
  data: Der,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
  certificate: Uint8Array,
): Der {
  const basic = der.sequence(
    data,
    algorithmIdentifier(algorithm),
    der.bitString(signature),
    der.context(0, der.sequence(certificate)),
  );
  return der.sequence(
    der.enumerated(0),
    der.context(0, der.sequence(der.oid(OID.ocspBasic), der.octetString(basic))),
  );
}

/** What all answers of one shape have in common: everything but serial, times and signature. */
export interface ResponseShape {
  readonly responderKeyHash: Uint8Array;
  readonly certificate: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** CertID up to its serial's content, and how long that is. */
  readonly certIdPrefix: Uint8Array;
  readonly serialLength: number;
  readonly revoked: { readonly reason: number | null } | null;
  readonly signatureLength: number;
}

/** What is different in each; times in whole seconds since 1970. */
export interface ResponseValues {
  readonly serial: Uint8Array;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly revokedAt: number;
  readonly signature: Uint8Array;
}

const PLACEHOLDER = {
  producedAt: Temporal.Instant.from("9999-12-31T23:59:51Z"),
  thisUpdate: Temporal.Instant.from("9999-12-31T23:59:52Z"),
  nextUpdate: Temporal.Instant.from("9999-12-31T23:59:53Z"),
  revokedAt: Temporal.Instant.from("9999-12-31T23:59:54Z"),
};
const SERIAL_BYTE = 0x5a;
const SIGNATURE_BYTE = 0xa5;

/**
 * Writes answers of one shape without encoding anything but the times: the whole response is built once with values
 * that cannot occur, and theirs are the places where each answer puts its own. The answer was produced at its
 * thisUpdate, has one SingleResponse and no nonce.
 *
 * All answers of a writer are written into the same bytes: whoever needs one longer than until the next copies it.
 */
export function responseWriter(shape: ResponseShape): (values: ResponseValues) => Buffer {
  const serial = Buffer.alloc(shape.serialLength, SERIAL_BYTE);
  const signature = Buffer.alloc(shape.signatureLength, SIGNATURE_BYTE);
  const template = Buffer.from(
    assembleOcspResponse(
      buildResponseData({
        responderKeyHash: shape.responderKeyHash,
        producedAt: PLACEHOLDER.producedAt,
        nonce: null,
        responses: [
          {
            certId: Buffer.concat([shape.certIdPrefix, serial]),
            status:
              shape.revoked === null
                ? { is: "good" }
                : { is: "revoked", at: PLACEHOLDER.revokedAt, reason: shape.revoked.reason },
            thisUpdate: PLACEHOLDER.thisUpdate,
            nextUpdate: PLACEHOLDER.nextUpdate,
          },
        ],
      }),
      shape.algorithm,
      signature,
      shape.certificate,
    ),
  );
  const placeOf = (value: Uint8Array): number => {
    const at = template.indexOf(value);
    if (at < 0) throw new Error("a response does not contain what it was made of");
    return at;
  };
  const placeOfTime = (time: Temporal.Instant) => placeOf(der.generalizedTime(time).subarray(2));
  const producedAt = placeOfTime(PLACEHOLDER.producedAt);
  const serialAt = placeOf(serial);
  const revokedAt = shape.revoked === null ? null : placeOfTime(PLACEHOLDER.revokedAt);
  const thisUpdate = placeOfTime(PLACEHOLDER.thisUpdate);
  const nextUpdate = placeOfTime(PLACEHOLDER.nextUpdate);
  const signatureAt = placeOf(signature);
  return (values) => {
    template.set(values.serial, serialAt);
    const time = secondsText(values.thisUpdate);
    template.set(time, producedAt);
    template.set(time, thisUpdate);
    template.set(secondsText(values.nextUpdate), nextUpdate);
    if (revokedAt !== null) template.set(secondsText(values.revokedAt), revokedAt);
    template.set(values.signature, signatureAt);
    return template;
  };
}

const texts = new Map<number, Uint8Array>();
const MOST_TEXTS = 4096;

/** `20261121203935Z`; answers of the same minutes ask for the same few. */
function secondsText(epochSeconds: number): Uint8Array {
  const known = texts.get(epochSeconds);
  if (known !== undefined) return known;
  if (texts.size >= MOST_TEXTS) texts.clear();
  const at = Temporal.Instant.fromEpochMilliseconds(epochSeconds * 1000);
  const text = der.generalizedTime(at).subarray(2);
  texts.set(epochSeconds, text);
  return text;
}
