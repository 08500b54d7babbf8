import { type CertId, DerError, plainRequest, readOcspRequest } from "../pki/index.ts";
import { LATE } from "./crl-changes.ts";
import { ONLINE_ROLES } from "./issuer.ts";
import { noCounts, type OcspAnswer, type OcspCounts, refusal } from "./ocsp-answer.ts";
import { SERIAL_BYTES } from "./ocsp-cache.ts";
import { type OcspHealth, responderHealth } from "./ocsp-health.ts";
import { keptAnswers } from "./ocsp-kept.ts";
import { type ResponderKey, type ResponderKeyDeps, responderKey } from "./ocsp-keys.ts";
import { liveAnswers } from "./ocsp-live.ts";
import { variantsOf } from "./ocsp-variants.ts";

export interface OcspOptions extends ResponderKeyDeps {
  /** Bytes for answers in memory. */
  readonly cacheBytes: number;
  /** Signatures a second over what is not cached: nonces, several certificates at once, unknown serials. */
  readonly livePerSecond: number;
}

/** What became of requests since the start, and how full the memory is. */
export interface OcspFigures extends Readonly<OcspCounts> {
  readonly cached: number;
  readonly cacheBytes: number;
}

export interface OcspResponder {
  /**
   * The answer to a plain request that is in memory; null: ask `answer`. Its body is written over by later answers:
   * send it, or copy it, at once.
   */
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

/**
 * The OCSP responder (RFC 6960, RFC 5019): one delegated key an issuer. Answers are signed when they are first asked
 * for, kept in bounded memory as little more than their signatures, and written anew for everybody who asks again.
 */
export async function ocspResponder(options: OcspOptions): Promise<OcspResponder> {
  const { db, clock } = options.authority;
  const counts = noCounts();
  const live = liveAnswers({ db, clock, perSecond: options.livePerSecond, counts });
  const kept = keptAnswers({ db, clock, capacity: options.cacheBytes, counts, live });
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

  async function single(certId: CertId, responder: ResponderKey): Promise<OcspAnswer> {
    const serial = Uint8Array.fromHex(certId.serial);
    // Of another length it is none of ours: none was issued, whatever it is.
    if (serial.length !== SERIAL_BYTES) return await live.unknown(responder, certId.der);
    return await kept.of(variants.of(certId, responder), serial);
  }

  return {
    cached(request) {
      const plain = plainRequest(request, SERIAL_BYTES);
      if (!plain) return null;
      const bytes = Buffer.from(request.buffer, request.byteOffset, request.byteLength);
      const variant = variants.withPrefix(bytes.toString("latin1", plain.certIdAt, plain.serialAt));
      return variant && kept.find(variant, request, plain.serialAt);
    },
    async answer(bytes) {
      let request: ReturnType<typeof readOcspRequest>;
      try {
        request = readOcspRequest(bytes);
      } catch (problem) {
        if (problem instanceof DerError) return refusal(counts, "malformedRequest");
        throw problem;
      }
      const { certIds, nonce } = request;
      const [first] = certIds;
      const responder = first ? variants.responderOf(first) : null;
      // RFC 6960 2.3: not authoritative. One signature serves one issuer.
      if (!first || !responder || certIds.some((each) => variants.responderOf(each) !== responder)) {
        return refusal(counts, "unauthorized");
      }
      if (certIds.length === 1 && nonce === null) return await single(first, responder);
      const answer = await live.to(responder, certIds, nonce);
      if (answer) return answer;
      // RFC 9654 2.1 leaves the nonce to the responder: under load the answer in memory is better than none.
      return certIds.length === 1 ? await single(first, responder) : refusal(counts, "tryLater");
    },
    async lookForChanges() {
      const begun = clock.now();
      const since = lookedAt.subtract(LATE);
      for (const responder of responders) {
        await kept.forgetChanged(responder, () => variants.ofIssuer(responder), since);
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
    health: (now) => responders.map((responder) => responderHealth(responder, now)),
    figures: () => ({
      answers: { ...counts.answers },
      signatures: counts.signatures,
      cached: kept.size,
      cacheBytes: kept.byteLength,
    }),
  };
}

async function currentResponders(deps: ResponderKeyDeps): Promise<ResponderKey[]> {
  const responders: ResponderKey[] = [];
  for (const role of ONLINE_ROLES) responders.push(await responderKey(deps, role));
  return responders;
}
