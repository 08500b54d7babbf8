import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import type { AuthenticationAnswer, RegistrationAnswer } from "../../server/accounts/passkeys.ts";

/** A passkey in software (WebAuthn level 3, 6): signs what a browser on `origin` would let it sign. */
export interface Authenticator {
  readonly id: string;
  /** Counts signatures; a test may turn it back. */
  counter: number;
  register(ceremony: Ceremony): RegistrationAnswer;
  authenticate(ceremony: Ceremony): AuthenticationAnswer;
}

export interface Ceremony {
  readonly challenge: string;
  readonly origin: string;
  readonly rpId?: string;
  /** Did it ask for fingerprint, face or PIN? */
  readonly userVerified?: boolean;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;
const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();

export function newAuthenticator(): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const credentialId = randomBytes(32);
  const id = base64url(credentialId);

  const clientData = (type: string, { challenge, origin }: Ceremony) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = (ceremony: Ceremony, counter: number, flags: number, attested: Uint8Array) => {
    const verified = ceremony.userVerified === false ? 0 : USER_VERIFIED;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const rpId = ceremony.rpId ?? new URL(ceremony.origin).hostname;
    return Buffer.concat([sha256(rpId), Buffer.from([USER_PRESENT | verified | flags]), count, attested]);
  };

  return {
    id,
    counter: 0,
    register(ceremony) {
      // COSE_Key of P-256 (RFC 9053 7.1.1): kty 2, alg −7, crv 1, x, y.
      const coseKey = Buffer.concat([
        Buffer.from("a5010203262001215820", "hex"),
        Buffer.from(x, "base64url"),
        Buffer.from("225820", "hex"),
        Buffer.from(y, "base64url"),
      ]);
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, 32]), credentialId, coseKey]);
      const data = authenticatorData(ceremony, this.counter, ATTESTED, attested);
      // CBOR: { fmt: "none", attStmt: {}, authData: bytes }
      const attestationObject = Buffer.concat([
        Buffer.from("a363666d74646e6f6e656761747453746d74a068617574684461746158", "hex"),
        Buffer.from([data.length]),
        data,
      ]);
      return {
        id,
        rawId: id,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(clientData("webauthn.create", ceremony)),
          attestationObject: base64url(attestationObject),
          transports: ["internal"],
        },
      };
    },
    authenticate(ceremony) {
      this.counter += 1;
      const client = clientData("webauthn.get", ceremony);
      const data = authenticatorData(ceremony, this.counter, 0, Buffer.alloc(0));
      const signature = createSign("sha256").update(data).update(sha256(client)).sign(privateKey);
      return {
        id,
        rawId: id,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
        },
      };
    },
  };
}
