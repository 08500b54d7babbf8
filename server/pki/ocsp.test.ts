import { describe, expect, it } from "vitest";
import { newSerial } from "./certificate.ts";
import * as der from "./der.ts";
import { DerError } from "./der-reader.ts";
import { extension } from "./extensions.ts";
import { LARGEST_OCSP_REQUEST, plainRequest, readOcspRequest } from "./ocsp-request.ts";
import {
  assembleOcspResponse,
  buildResponseData,
  ocspErrorResponse,
  responseWriter,
} from "./ocsp-response.ts";
import { OID } from "./oids.ts";

const SHA1 = "1.3.14.3.2.26";
const SERIAL = "40aa00aa00aa00aa00aa00aa00aa00aa01";
const SERIAL_BYTES = 17;

const certId = (serial = SERIAL, hash = SHA1, parameters: Uint8Array[] = [der.nullValue()]) =>
  der.sequence(
    der.sequence(der.oid(hash), ...parameters),
    der.octetString(new Uint8Array(20).fill(1)),
    der.octetString(new Uint8Array(20).fill(2)),
    der.integerFromBytes(Uint8Array.fromHex(serial)),
  );
const request = (...certIds: Uint8Array[]) => der.sequenceOf(certIds.map((id) => der.sequence(id)));
const asking = (list: Uint8Array, ...rest: Uint8Array[]) => der.sequence(der.sequence(list, ...rest));
const nonce = (value: Uint8Array, critical = false) =>
  der.context(2, der.sequence(extension(OID.ocspNonce, critical, value)));

describe("a request", () => {
  it("says which certificate, by hashes and serial", () => {
    const read = readOcspRequest(asking(request(certId())));
    expect(read.nonce).toBeNull();
    expect(read.certIds).toMatchObject([{ hashAlgorithm: SHA1, serial: SERIAL }]);
    expect(read.certIds[0]?.issuerKeyHash).toEqual(new Uint8Array(20).fill(2));
    expect(read.certIds[0]?.der).toEqual(certId());
    expect(read.certIds[0]?.prefix).toEqual(certId().subarray(0, -SERIAL_BYTES));
  });

  it("may name itself, its version and a signature, all passed over", () => {
    const named = der.context(1, der.context(4, der.sequence()));
    const version = der.context(0, der.integer(0));
    const bytes = der.sequence(
      der.sequence(version, named, request(certId())),
      der.context(0, der.sequence(der.sequence(der.oid("1.2.3")), der.bitString(new Uint8Array(4)))),
    );
    expect(readOcspRequest(bytes).certIds).toHaveLength(1);
  });

  it("has a nonce of 1 to 128 octets, which comes back as it was sent", () => {
    for (const length of [1, 16, 32, 128]) {
      const value = der.octetString(new Uint8Array(length).fill(7));
      expect(readOcspRequest(asking(request(certId()), nonce(value))).nonce).toEqual(value);
    }
  });

  it("may carry other extensions that are not critical", () => {
    const other = der.context(2, der.sequence(extension("1.3.6.1.5.5.7.48.1.4", false, der.nullValue())));
    expect(readOcspRequest(asking(request(certId()), other)).nonce).toBeNull();
  });

  const malformed: [string, Uint8Array][] = [
    ["nothing", new Uint8Array()],
    ["another structure", der.sequence(der.integer(1))],
    ["no certificate", asking(der.sequence())],
    ["17 certificates", asking(request(...Array.from({ length: 17 }, () => certId())))],
    ["a nonce without octets", asking(request(certId()), nonce(der.octetString(new Uint8Array())))],
    ["a nonce of 129 octets", asking(request(certId()), nonce(der.octetString(new Uint8Array(129))))],
    ["a nonce that is no octet string", asking(request(certId()), nonce(Uint8Array.of(1, 2, 3)))],
    [
      "two nonces",
      asking(
        request(certId()),
        der.context(
          2,
          der.sequence(
            ...[1, 2].map(() => extension(OID.ocspNonce, false, der.octetString(new Uint8Array(8)))),
          ),
        ),
      ),
    ],
    [
      "a critical extension",
      asking(request(certId()), der.context(2, der.sequence(extension("1.2.3", true, der.nullValue())))),
    ],
    ["version 2", asking(der.context(0, der.integer(1)), request(certId()))],
    [
      "a negative serial",
      asking(
        request(
          der.sequence(
            der.sequence(der.oid(SHA1)),
            der.octetString(new Uint8Array(20)),
            der.octetString(new Uint8Array(20)),
            Uint8Array.of(2, 1, 0x80),
          ),
        ),
      ),
    ],
    ["trailing bytes", Uint8Array.of(...asking(request(certId())), 0)],
    [
      "too many bytes",
      asking(request(certId()), nonce(der.octetString(new Uint8Array(LARGEST_OCSP_REQUEST)))),
    ],
    ["an unknown field", asking(request(certId()), der.context(3, der.sequence()))],
  ];
  it.each(malformed)("is malformed with %s", (_what, bytes) => {
    expect(() => readOcspRequest(bytes)).toThrow(DerError);
    expect(plainRequest(bytes, SERIAL_BYTES)).toBeNull();
  });

  it("is plain in the one shape that nearly all have, and in no other", () => {
    const plain = asking(request(certId()));
    const found = plainRequest(plain, SERIAL_BYTES);
    expect(found && plain.subarray(found.certIdAt)).toEqual(certId());
    expect(found && plain.subarray(found.serialAt).toHex()).toBe(SERIAL);
    expect(plainRequest(asking(request(certId("05"))), SERIAL_BYTES)).toBeNull();
    expect(plainRequest(asking(request(certId(), certId())), SERIAL_BYTES)).toBeNull();
    expect(
      plainRequest(asking(request(certId()), nonce(der.octetString(new Uint8Array(8)))), SERIAL_BYTES),
    ).toBeNull();
    // Whatever is plain is read strictly as the same, one changed byte at a time.
    for (let at = 0; at < plain.length; at += 1) {
      for (const value of [0, 1, 0x30, 0x7f, 0x80, 0xff]) {
        const changed = Uint8Array.from(plain);
        changed[at] = value;
        const quick = plainRequest(changed, SERIAL_BYTES);
        if (quick === null || at >= quick.certIdAt) continue;
        expect(readOcspRequest(changed).certIds[0]?.der).toEqual(changed.subarray(quick.certIdAt));
      }
    }
  });
});

describe("a response", () => {
  const shape = {
    responderKeyHash: new Uint8Array(20).fill(9),
    certificate: der.sequence(der.octetString(new Uint8Array(700).fill(3))),
    algorithm: "ecdsa-with-SHA256",
    certIdPrefix: certId().subarray(0, -SERIAL_BYTES),
    serialLength: SERIAL_BYTES,
  } as const;
  const thisUpdate = Temporal.Instant.from("2026-11-21T03:04:05Z");
  const nextUpdate = thisUpdate.add({ hours: 72 });
  const at = Temporal.Instant.from("2026-11-20T23:59:59Z");

  it.each([
    ["good", null],
    ["revoked", { reason: null }],
    ["revoked with a reason", { reason: 1 }],
  ] as const)("written from its shape is the one that is encoded whole: %s", (_what, revoked) => {
    for (const signatureLength of [68, 70, 71, 72]) {
      const signature = crypto.getRandomValues(new Uint8Array(signatureLength));
      const serial = newSerial();
      const write = responseWriter({ ...shape, revoked, signatureLength });
      const written = write({
        serial: Uint8Array.fromHex(serial),
        thisUpdate: thisUpdate.epochMilliseconds / 1000,
        nextUpdate: nextUpdate.epochMilliseconds / 1000,
        revokedAt: at.epochMilliseconds / 1000,
        signature,
      });
      const data = buildResponseData({
        responderKeyHash: shape.responderKeyHash,
        producedAt: thisUpdate,
        nonce: null,
        responses: [
          {
            certId: certId(serial),
            status: revoked === null ? { is: "good" } : { is: "revoked", at, ...revoked },
            thisUpdate,
            nextUpdate,
          },
        ],
      });
      const whole = assembleOcspResponse(data, shape.algorithm, signature, shape.certificate);
      expect(new Uint8Array(written)).toEqual(whole);
    }
  });

  it("of an error is five bytes that nobody signs", () => {
    expect(ocspErrorResponse("malformedRequest").toHex()).toBe("30030a0101");
    expect(ocspErrorResponse("tryLater").toHex()).toBe("30030a0103");
    expect(ocspErrorResponse("unauthorized").toHex()).toBe("30030a0106");
  });
});
