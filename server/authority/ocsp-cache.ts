/** Serials of ours have 17 octets (pki/certificate.ts); anything else is never cached. */
export const SERIAL_BYTES = 17;
/** ECDSA-Sig-Value of P-256. */
const LONGEST_SIGNATURE = 72;

/** An answer without what it shares with others: rebuilt in full whenever somebody asks. */
export interface CachedAnswer {
  /** Which CertID and which responder (ocsp-variants.ts). */
  readonly variant: number;
  readonly serial: Uint8Array;
  /** Whole seconds since 1970, like the other times. */
  readonly thisUpdate: number;
  /** 0: good. */
  readonly revokedAt: number;
  readonly reason: number | null;
  readonly signature: Uint8Array;
}

const WAYS = 16;
// A slot in 32-bit words: variant + 1 (0: free), when last used, thisUpdate, revokedAt; then bytes.
const WORDS = 28;
const BYTES = 4 * WORDS;
const REASON_AT = 16;
const LENGTH_AT = 17;
const SERIAL_AT = 20;
const SIGNATURE_AT = SERIAL_AT + SERIAL_BYTES;

/**
 * Answers by serial, 112 bytes each in one piece of memory that never grows: a million of them weigh what one piece of
 * that size weighs, and the garbage collector never looks inside. A serial has sixteen places, told by its own random
 * digits; where all are taken the one that was used longest ago makes room.
 */
export class OcspCache {
  readonly #sets: number;
  readonly #words: Uint32Array;
  readonly #bytes: Buffer;
  #size = 0;

  /** `capacity` in bytes, the most that it will ever take. */
  constructor(capacity: number) {
    this.#sets = Math.max(1, Math.floor(capacity / (BYTES * WAYS)));
    const memory = new ArrayBuffer(this.#sets * WAYS * BYTES);
    this.#words = new Uint32Array(memory);
    this.#bytes = Buffer.from(memory);
  }

  get size(): number {
    return this.#size;
  }

  get capacity(): number {
    return this.#sets * WAYS;
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  /** The answer for the serial that stands in `bytes` at `at`, used now. Its arrays are views: copy or write at once. */
  find(variant: number, bytes: Uint8Array, at: number, now: number): CachedAnswer | null {
    const slot = this.#slotOf(variant, bytes, at);
    if (slot < 0) return null;
    const word = slot * WORDS;
    this.#words[word + 1] = now;
    const byte = slot * BYTES;
    const reason = this.#bytes[byte + REASON_AT] ?? 0;
    const length = this.#bytes[byte + LENGTH_AT] ?? 0;
    return {
      variant,
      serial: this.#bytes.subarray(byte + SERIAL_AT, byte + SERIAL_AT + SERIAL_BYTES),
      thisUpdate: this.#words[word + 2] ?? 0,
      revokedAt: this.#words[word + 3] ?? 0,
      reason: reason === 0 ? null : reason,
      signature: this.#bytes.subarray(byte + SIGNATURE_AT, byte + SIGNATURE_AT + length),
    };
  }

  put(answer: CachedAnswer, now: number): void {
    const { variant, serial, signature, reason } = answer;
    if (serial.length !== SERIAL_BYTES || signature.length > LONGEST_SIGNATURE) return;
    let slot = this.#slotOf(variant, serial, 0);
    if (slot < 0) slot = this.#roomFor(serial);
    const word = slot * WORDS;
    if (this.#words[word] === 0) this.#size += 1;
    this.#words[word] = variant + 1;
    this.#words[word + 1] = now;
    this.#words[word + 2] = answer.thisUpdate;
    this.#words[word + 3] = answer.revokedAt;
    const byte = slot * BYTES;
    this.#bytes[byte + REASON_AT] = reason ?? 0;
    this.#bytes[byte + LENGTH_AT] = signature.length;
    this.#bytes.set(serial, byte + SERIAL_AT);
    this.#bytes.set(signature, byte + SIGNATURE_AT);
  }

  /** Forgets an answer that is not true any more. */
  forget(variant: number, serial: Uint8Array): void {
    const slot = this.#slotOf(variant, serial, 0);
    if (slot < 0) return;
    this.#words[slot * WORDS] = 0;
    this.#size -= 1;
  }

  #firstSlot(bytes: Uint8Array, at: number): number {
    const last = at + SERIAL_BYTES;
    const random =
      (((bytes[last - 4] ?? 0) << 24) |
        ((bytes[last - 3] ?? 0) << 16) |
        ((bytes[last - 2] ?? 0) << 8) |
        (bytes[last - 1] ?? 0)) >>>
      0;
    return (random % this.#sets) * WAYS;
  }

  #slotOf(variant: number, bytes: Uint8Array, at: number): number {
    const first = this.#firstSlot(bytes, at);
    for (let slot = first; slot < first + WAYS; slot += 1) {
      if (this.#words[slot * WORDS] !== variant + 1) continue;
      const serial = slot * BYTES + SERIAL_AT;
      let same = 0;
      while (same < SERIAL_BYTES && this.#bytes[serial + same] === bytes[at + same]) same += 1;
      if (same === SERIAL_BYTES) return slot;
    }
    return -1;
  }

  #roomFor(serial: Uint8Array): number {
    const first = this.#firstSlot(serial, 0);
    let oldest = first;
    for (let slot = first; slot < first + WAYS; slot += 1) {
      if (this.#words[slot * WORDS] === 0) return slot;
      if ((this.#words[slot * WORDS + 1] ?? 0) < (this.#words[oldest * WORDS + 1] ?? 0)) oldest = slot;
    }
    return oldest;
  }
}
