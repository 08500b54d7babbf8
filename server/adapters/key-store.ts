import type { Signer } from "./signer.ts";

export const KEY_KINDS = ["RSA-2048", "RSA-3072", "RSA-4096", "P-256", "P-384"] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** Issuing keys by name, wherever they lie: encrypted files, or a token that no key leaves. */
export interface KeyStore {
  /** What stands beside an issuer to find its key again: `file`, or the token as a PKCS #11 URI (RFC 7512). */
  readonly place: string;
  names(): Promise<string[]>;
  /** Makes a key in its place, never over another of that name. */
  create(name: string, kind: KeyKind): Promise<Signer>;
  open(name: string): Promise<Signer>;
  /** Nothing where there is no such key. */
  remove(name: string): Promise<void>;
}

/** The place of the keys that lie in the keys folder. */
export const FILE_PLACE = "file";
