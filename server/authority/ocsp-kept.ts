import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "../db/index.ts";
import { type Clock, wholeSecond } from "../kernel/clock.ts";
import { buildResponseData } from "../pki/index.ts";
import {
  LASTS_SECONDS,
  nextUpdateOf,
  type OcspAnswer,
  type OcspCounts,
  refusal,
  secondsOf,
  signedBy,
} from "./ocsp-answer.ts";
import { type CachedAnswer, OcspCache, SERIAL_BYTES } from "./ocsp-cache.ts";
import type { ResponderKey } from "./ocsp-keys.ts";
import type { LiveAnswers } from "./ocsp-live.ts";
import { statusesChangedSince, statusOf } from "./ocsp-status.ts";
import type { Variant } from "./ocsp-variants.ts";

/** Signed anew for the next one who asks, while this one still gets it; BR 4.9.10: no later than half of the time. */
const REFRESHED_AFTER = LASTS_SECONDS / 2 - 3600;
/** Nobody gets an older one any more. */
const OLDEST_SECONDS = LASTS_SECONDS / 2;
/** With the seconds between two looks for changes: a revocation is seen through caches too within 60 seconds. */
const MAX_AGE_SECONDS = 40;

/** Answers that serve everybody who asks the same, kept in bounded memory. */
export interface KeptAnswers {
  /**
   * What is in memory and young enough for the serial that stands in `bytes` at `at`. Its body is written over by the
   * next one of its shape: send it, or copy it, at once.
   */
  find(variant: Variant, bytes: Uint8Array, at: number): OcspAnswer | null;
  /** From memory, or read from the database and signed; the body is the caller's. */
  of(variant: Variant, serial: Uint8Array): Promise<OcspAnswer>;
  /** Forgets what an issuer's certificates changed since a moment. */
  forgetChanged(
    responder: ResponderKey,
    inUse: () => readonly Variant[],
    since: Temporal.Instant,
  ): Promise<void>;
  readonly size: number;
  readonly byteLength: number;
}

/** `capacity` in bytes. */
export function keptAnswers(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly capacity: number;
  readonly counts: OcspCounts;
  readonly live: LiveAnswers;
}): KeptAnswers {
  const { db, clock, counts } = deps;
  const cache = new OcspCache(deps.capacity);
  const running = new Map<string, Promise<OcspAnswer>>();

  function written(variant: Variant, answer: CachedAnswer, now: number): OcspAnswer {
    const { signature, thisUpdate } = answer;
    const nextUpdate = nextUpdateOf(thisUpdate, variant.responder);
    const maxAge = Math.min(MAX_AGE_SECONDS, nextUpdate - now);
    // The end of a signature is as good as random.
    const tag = Buffer.from(signature.buffer, signature.byteOffset + signature.length - 12, 12);
    return {
      body: variant.write(answer, nextUpdate),
      caching: { etag: `"${tag.toString("hex")}"`, thisUpdate, until: now + maxAge, maxAge },
    };
  }

  /** What is growing old is signed again meanwhile. */
  function find(variant: Variant, bytes: Uint8Array, at: number): OcspAnswer | null {
    const now = secondsOf(clock);
    const answer = cache.find(variant.id, bytes, at, now);
    if (!answer) return null;
    const age = now - answer.thisUpdate;
    if (age >= OLDEST_SECONDS || age < 0) return null;
    if (age >= REFRESHED_AFTER) {
      const serial = Uint8Array.from(answer.serial);
      // Its failure is that of whoever asks next.
      signedOnce(variant, serial).catch(() => undefined);
    }
    counts.answers.cached += 1;
    return written(variant, answer, now);
  }

  /** Several who ask for the same at once share one signature. */
  function signedOnce(variant: Variant, serial: Uint8Array): Promise<OcspAnswer> {
    const key = `${variant.id} ${serial.toHex()}`;
    const known = running.get(key);
    if (known) return known;
    const made = signedFor(variant, serial).finally(() => running.delete(key));
    running.set(key, made);
    return made;
  }

  async function signedFor(variant: Variant, serial: Uint8Array): Promise<OcspAnswer> {
    const { responder } = variant;
    const status = await statusOf(db.read, responder.issuer.id, serial.toHex());
    const certId = Buffer.concat([variant.certIdPrefix, serial]);
    // Never kept: it may be known in a moment, and whoever makes serials up would fill the memory with them.
    if (status.is === "unknown") return await deps.live.unknown(responder, certId);
    const now = wholeSecond(clock.now());
    const thisUpdate = now.epochMilliseconds / 1000;
    const nextUpdate = nextUpdateOf(thisUpdate, responder);
    if (nextUpdate <= thisUpdate) return refusal(counts, "internalError");
    const data = buildResponseData({
      responderKeyHash: responder.keyHash,
      producedAt: now,
      responses: [
        {
          certId,
          status,
          thisUpdate: now,
          nextUpdate: Temporal.Instant.fromEpochMilliseconds(nextUpdate * 1000),
        },
      ],
      nonce: null,
    });
    const signature = await signedBy(counts, responder, data);
    const answer: CachedAnswer = {
      variant: variant.id,
      serial,
      thisUpdate,
      revokedAt: status.is === "revoked" ? status.at.epochMilliseconds / 1000 : 0,
      reason: status.is === "revoked" ? status.reason : null,
      signature,
    };
    cache.put(answer, thisUpdate);
    counts.answers.signed += 1;
    return copied(written(variant, answer, thisUpdate));
  }

  return {
    find,
    async of(variant, serial) {
      const found = find(variant, serial, 0);
      return found ? copied(found) : await signedOnce(variant, serial);
    },
    async forgetChanged(responder, inUse, since) {
      if (cache.size === 0) return;
      for await (const changes of statusesChangedSince(db.read, responder.issuer.id, since)) {
        const variants = inUse();
        for (const { serial, revokedAt, reason } of changes) {
          const bytes = Uint8Array.fromHex(serial);
          if (bytes.length !== SERIAL_BYTES) continue;
          for (const { id } of variants) {
            const known = cache.find(id, bytes, 0, secondsOf(clock));
            if (known && (known.revokedAt !== revokedAt || known.reason !== reason)) cache.forget(id, bytes);
          }
        }
        await nextTurn();
      }
    },
    get size() {
      return cache.size;
    },
    get byteLength() {
      return cache.byteLength;
    },
  };
}

const copied = ({ body, caching }: OcspAnswer): OcspAnswer => ({ body: Uint8Array.from(body), caching });
