import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** AES-256-GCM, so that a copy of the database alone makes nobody's codes. All members base64url. */
export interface Sealed {
  readonly iv: string;
  readonly text: string;
  readonly tag: string;
}

/** `context` says whose secret it is; it is authenticated, so that a sealed secret cannot be moved to another row. */
export function seal(key: Uint8Array, secret: Uint8Array, context: string): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(context));
  const text = Buffer.concat([cipher.update(secret), cipher.final()]);
  return {
    iv: iv.toString("base64url"),
    text: text.toString("base64url"),
    tag: cipher.getAuthTag().toString("base64url"),
  };
}

/** Throws when key, context or a single bit is not what it was. */
export function unseal(key: Uint8Array, sealed: Sealed, context: string): Uint8Array {
  const bytes = (text: string) => Buffer.from(text, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes(sealed.iv), { authTagLength: 16 })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes(sealed.tag));
  return Buffer.concat([decipher.update(bytes(sealed.text)), decipher.final()]);
}
