import type { Clock } from "../kernel/clock.ts";
import { type OcspError, ocspErrorResponse } from "../pki/index.ts";
import type { ResponderKey } from "./ocsp-keys.ts";

/** An answer and how long others may keep it. */
export interface OcspAnswer {
  readonly body: Uint8Array;
  /** null: nobody may keep it. Times in whole seconds since 1970. */
  readonly caching: {
    readonly etag: string;
    readonly thisUpdate: number;
    readonly until: number;
    /** Seconds from now to `until`. */
    readonly maxAge: number;
  } | null;
}

/** What became of a request. */
export type Outcome = "cached" | "signed" | "nonce" | "several" | "unknown" | OcspError;

/** What became of requests since the start. */
export interface OcspCounts {
  readonly answers: Record<Outcome, number>;
  signatures: number;
}

export const noCounts = (): OcspCounts => ({
  answers: {
    cached: 0,
    signed: 0,
    nonce: 0,
    several: 0,
    unknown: 0,
    malformedRequest: 0,
    internalError: 0,
    tryLater: 0,
    unauthorized: 0,
  },
  signatures: 0,
});

/** The unsigned answer of this error (RFC 6960 2.3), counted; it may not be cached. */
export function refusal(counts: OcspCounts, code: OcspError): OcspAnswer {
  counts.answers[code] += 1;
  return { body: ocspErrorResponse(code), caching: null };
}

/** Signs the data of an answer with the responder's key and counts the signature. @returns the signature */
export async function signedBy(
  counts: OcspCounts,
  { signer }: ResponderKey,
  data: Uint8Array,
): Promise<Uint8Array> {
  counts.signatures += 1;
  return await signer.sign(data);
}

/** BR 4.9.10 allows 8 hours to 10 days. */
export const LASTS_SECONDS = 72 * 3600;

/** Whole seconds since 1970: no answer outlives the certificate of whoever signed it. */
export const nextUpdateOf = (thisUpdate: number, { notAfter }: ResponderKey): number =>
  Math.min(thisUpdate + LASTS_SECONDS, notAfter.epochMilliseconds / 1000);

export const secondsOf = (clock: Clock): number => Math.floor(clock.now().epochMilliseconds / 1000);
