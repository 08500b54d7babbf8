import { setImmediate as nextTurn } from "node:timers/promises";
import { wholeSecond } from "../kernel/clock.ts";
import {
  assembleOcspResponse,
  buildResponseData,
  type CertId,
  type CertStatus,
  DerError,
  type OcspError,
  ocspErrorResponse,
  plainRequest,
  readOcspRequest,
} from "../pki/index.ts";
import { LATE } from "./crl-changes.ts";
import { ONLINE_ROLES, type OnlineRole } from "./issuer.ts";
import { type CachedAnswer, OcspCache, SERIAL_BYTES } from "./ocsp-cache.ts";
import { type ResponderKey, type ResponderKeyDeps, responderKey } from "./ocsp-keys.ts";
import { liveLimit } from "./ocsp-limit.ts";
import { statusesChangedSince, statusOf } from "./ocsp-status.ts";
import { type Variant, variantsOf } from "./ocsp-variants.ts";

/** An answer and how long others may keep it. */
export interface OcspAnswer {
  readonly body: Uint8Array;
  /** null: nobody may keep it. Times in whole seconds since 1970. */
  readonly caching: { readonly etag: string; readonly thisUpdate: number; readonly until: number } | null;
}

export interface OcspOptions extends ResponderKeyDeps {
  /** Bytes for answers in memory. */
  readonly cacheBytes: number;
  /** Signatures a second over what is not cached: nonces, several certificates at once, unknown serials. */
  readonly livePerSecond: number;
}

export interface OcspHealth {
  readonly role: OnlineRole;
  readonly notAfter: Temporal.Instant;
  /** aging: its successor should be here for three days, and is not. */
  readonly state: "fresh" | "aging" | "expired";
}

/** What became of requests since the start, and how full the memory is. */
export interface OcspFigures {
  readonly answers: Readonly<Record<Outcome, number>>;
  readonly signatures: number;
  readonly cached: number;
  readonly cacheBytes: number;
}
export type Outcome = "cached" | "signed" | "nonce" | "several" | "unknown" | OcspError;

export interface OcspResponder {
  /** The answer to a plain request that is in memory; null: ask `answer`. */
  cached(request: Uint8Array): OcspAnswer | null;
  /** Always an answer, an error of RFC 6960 4.2.1 included. Throws where the database or the signer fails. */
  answer(request: Uint8Array): Promise<OcspAnswer>;
  /** Forgets what other processes and our own have changed since it last looked. Run it every few seconds. */
  lookForChanges(): Promise<void>;
  /** Takes a new certificate where one is due. Run it every hour or so. */
  renew(): Promise<void>;
  health(now: Temporal.Instant): OcspHealth[];
  figures(): OcspFigures;
}

/** BR 4.9.10 allows 8 hours to 10 days. */
const LASTS_SECONDS = 72 * 3600;
/** Signed anew for the next one who asks, while this one still gets it; BR 4.9.10: no later than half of the time. */
const REFRESHED_AFTER = LASTS_SECONDS / 2 - 3600;
/** Nobody gets an older one any more. */
const OLDEST_SECONDS = LASTS_SECONDS / 2;
/** With the seconds between two looks for changes: a revocation is seen through caches too within 60 seconds. */
const MAX_AGE_SECONDS = 40;
const WARNED_BEFORE = Temporal.Duration.from({ hours: 24 * 12 });

/**
 * The OCSP responder (RFC 6960, RFC 5019): one delegated key an issuer. Answers are signed when they are first asked
 * for, kept in bounded memory as little more than their signatures, and written anew for everybody who asks again.
 */
export async function ocspResponder(options: OcspOptions): Promise<OcspResponder> {
  const { authority } = options;
  const { db, clock } = authority;
  const cache = new OcspCache(options.cacheBytes);
  const limit = liveLimit(options.livePerSecond, () => clock.now().epochMilliseconds);
  const answers: Record<Outcome, number> = {
    cached: 0,
    signed: 0,
    nonce: 0,
    several: 0,
    unknown: 0,
    malformedRequest: 0,
    internalError: 0,
    tryLater: 0,
    unauthorized: 0,
  };
  let signatures = 0;
  const running = new Map<string, Promise<OcspAnswer>>();
  let lookedAt = clock.now();
  let nextVariant = 0;
  let responders = await currentResponders(options);
  let variants = freshVariants();

  function freshVariants() {
    // Ids of renewed responders lie far apart: a set has a dozen variants.
    const made = variantsOf(responders, nextVariant);
    nextVariant += 1000;
    return made;
  }

  const nowSeconds = () => Math.floor(clock.now().epochMilliseconds / 1000);
  const nextUpdateOf = (thisUpdate: number, { notAfter }: ResponderKey) =>
    Math.min(thisUpdate + LASTS_SECONDS, notAfter.epochMilliseconds / 1000);

  function error(code: OcspError): OcspAnswer {
    answers[code] += 1;
    return { body: ocspErrorResponse(code), caching: null };
  }

  function written(variant: Variant, answer: CachedAnswer, now: number): OcspAnswer {
    const { signature, thisUpdate } = answer;
    const nextUpdate = nextUpdateOf(thisUpdate, variant.responder);
    return {
      body: variant.write(answer, nextUpdate),
      caching: {
        // The end of a signature is as good as random.
        etag: `"${Buffer.from(signature.subarray(-12)).toString("hex")}"`,
        thisUpdate,
        until: Math.min(now + MAX_AGE_SECONDS, nextUpdate),
      },
    };
  }

  /** Whatever is in memory and young enough; what is growing old is signed again meanwhile. */
  function found(variant: Variant, bytes: Uint8Array, at: number, now: number): OcspAnswer | null {
    const answer = cache.find(variant.id, bytes, at, now);
    if (!answer) return null;
    const age = now - answer.thisUpdate;
    if (age >= OLDEST_SECONDS || age < 0) return null;
    if (age >= REFRESHED_AFTER) {
      const serial = Uint8Array.from(answer.serial);
      // Its failure is that of whoever asks next.
      signedOnce(variant, serial).catch(() => undefined);
    }
    answers.cached += 1;
    return written(variant, answer, now);
  }

  async function sign({ signer }: ResponderKey, data: Uint8Array): Promise<Uint8Array> {
    signatures += 1;
    return await signer.sign(data);
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
    if (status.is === "unknown") return await unknown(responder, certId);
    const now = wholeSecond(clock.now());
    const thisUpdate = now.epochMilliseconds / 1000;
    const nextUpdate = nextUpdateOf(thisUpdate, responder);
    if (nextUpdate <= thisUpdate) return error("internalError");
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
    const signature = await sign(responder, data);
    const answer: CachedAnswer = {
      variant: variant.id,
      serial,
      thisUpdate,
      revokedAt: status.is === "revoked" ? status.at.epochMilliseconds / 1000 : 0,
      reason: status.is === "revoked" ? status.reason : null,
      signature,
    };
    cache.put(answer, thisUpdate);
    answers.signed += 1;
    return written(variant, answer, thisUpdate);
  }

  /** Never kept: it may be known in a moment, and whoever makes serials up would fill the memory with them. */
  async function unknown(responder: ResponderKey, certId: Uint8Array): Promise<OcspAnswer> {
    const answer = await live(responder, async () => [{ certId, status: { is: "unknown" } }], null);
    if (answer === null) return error("tryLater");
    answers.unknown += 1;
    return answer;
  }

  /** Signed for this one request; null over the limit, and then nothing is looked up for it either. */
  async function live(
    responder: ResponderKey,
    statuses: () => Promise<readonly { readonly certId: Uint8Array; readonly status: CertStatus }[]>,
    nonce: Uint8Array | null,
  ): Promise<OcspAnswer | null> {
    return await limit(async () => {
      const asked = await statuses();
      const now = wholeSecond(clock.now());
      const seconds = now.epochMilliseconds / 1000;
      const until = nextUpdateOf(seconds, responder);
      if (until <= seconds) return error("internalError");
      const nextUpdate = Temporal.Instant.fromEpochMilliseconds(until * 1000);
      const data = buildResponseData({
        responderKeyHash: responder.keyHash,
        producedAt: now,
        responses: asked.map(({ certId, status }) => ({
          certId,
          status,
          thisUpdate: now,
          nextUpdate: status.is === "unknown" ? null : nextUpdate,
        })),
        nonce,
      });
      const signature = await sign(responder, data);
      const body = assembleOcspResponse(data, "ecdsa-with-SHA256", signature, responder.certificate);
      return { body, caching: null };
    });
  }

  async function liveFor(
    responder: ResponderKey,
    certIds: readonly CertId[],
    nonce: Uint8Array | null,
  ): Promise<OcspAnswer | null> {
    const statuses = async () => {
      const asked: { certId: Uint8Array; status: CertStatus }[] = [];
      for (const { der, serial } of certIds) {
        asked.push({ certId: der, status: await statusOf(db.read, responder.issuer.id, serial) });
      }
      return asked;
    };
    return await live(responder, statuses, nonce);
  }

  async function single(certId: CertId, responder: ResponderKey): Promise<OcspAnswer> {
    const serial = Uint8Array.fromHex(certId.serial);
    // Of another length it is none of ours: none was issued, whatever it is.
    if (serial.length !== SERIAL_BYTES) return await unknown(responder, certId.der);
    const variant = variants.of(certId, responder);
    return found(variant, serial, 0, nowSeconds()) ?? (await signedOnce(variant, serial));
  }

  return {
    cached(request) {
      const plain = plainRequest(request, SERIAL_BYTES);
      if (!plain) return null;
      const bytes = Buffer.from(request.buffer, request.byteOffset, request.byteLength);
      const variant = variants.withPrefix(bytes.toString("latin1", plain.certIdAt, plain.serialAt));
      return variant && found(variant, request, plain.serialAt, nowSeconds());
    },
    async answer(bytes) {
      let request: ReturnType<typeof readOcspRequest>;
      try {
        request = readOcspRequest(bytes);
      } catch (problem) {
        if (problem instanceof DerError) return error("malformedRequest");
        throw problem;
      }
      const { certIds, nonce } = request;
      const [first] = certIds;
      const responder = first ? variants.responderOf(first) : null;
      // RFC 6960 2.3: not authoritative. One signature serves one issuer.
      if (!first || !responder || certIds.some((each) => variants.responderOf(each) !== responder)) {
        return error("unauthorized");
      }
      if (certIds.length === 1 && nonce === null) return await single(first, responder);
      const answer = await liveFor(responder, certIds, nonce);
      if (answer) {
        answers[nonce === null ? "several" : "nonce"] += 1;
        return answer;
      }
      // RFC 9654 2.1 leaves the nonce to the responder: under load the answer in memory is better than none.
      return certIds.length === 1 ? await single(first, responder) : error("tryLater");
    },
    async lookForChanges() {
      const begun = clock.now();
      const since = lookedAt.subtract(LATE);
      if (cache.size > 0) {
        for (const responder of responders) {
          for await (const changes of statusesChangedSince(db.read, responder.issuer.id, since)) {
            const inUse = variants.ofIssuer(responder);
            for (const { serial, revokedAt, reason } of changes) {
              const bytes = Uint8Array.fromHex(serial);
              if (bytes.length !== SERIAL_BYTES) continue;
              for (const { id } of inUse) {
                const known = cache.find(id, bytes, 0, nowSeconds());
                if (known && (known.revokedAt !== revokedAt || known.reason !== reason)) {
                  cache.forget(id, bytes);
                }
              }
            }
            await nextTurn();
          }
        }
      }
      lookedAt = begun;
    },
    async renew() {
      const next = await currentResponders(options);
      const isSame = next.every(
        ({ keyHash }, i) => responders[i] && Buffer.compare(keyHash, responders[i].keyHash) === 0,
      );
      if (isSame) return;
      responders = next;
      variants = freshVariants();
    },
    health: (now) => responders.map((responder) => healthOf(responder, now)),
    figures: () => ({
      answers: { ...answers },
      signatures,
      cached: cache.size,
      cacheBytes: cache.byteLength,
    }),
  };
}

async function currentResponders(deps: ResponderKeyDeps): Promise<ResponderKey[]> {
  const responders: ResponderKey[] = [];
  for (const role of ONLINE_ROLES) responders.push(await responderKey(deps, role));
  return responders;
}

function healthOf({ issuer, notAfter }: ResponderKey, now: Temporal.Instant): OcspHealth {
  const { compare } = Temporal.Instant;
  const state =
    compare(now, notAfter) >= 0
      ? "expired"
      : compare(now.add(WARNED_BEFORE), notAfter) > 0
        ? "aging"
        : "fresh";
  return { role: issuer.role, notAfter, state };
}
