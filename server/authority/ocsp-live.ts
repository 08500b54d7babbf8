import type { Database } from "../db/index.ts";
import { type Clock, wholeSecond } from "../kernel/clock.ts";
import { assembleOcspResponse, buildResponseData, type CertId, type CertStatus } from "../pki/index.ts";
import { nextUpdateOf, type OcspAnswer, type OcspCounts, refusal, signedBy } from "./ocsp-answer.ts";
import type { ResponderKey } from "./ocsp-keys.ts";
import { liveLimit } from "./ocsp-limit.ts";
import { statusOf } from "./ocsp-status.ts";

/** Answers that are signed for one request alone and kept by nobody. */
export interface LiveAnswers {
  /** For certificates of one issuer, with the request's nonce; null over the limit. */
  to(
    responder: ResponderKey,
    certIds: readonly CertId[],
    nonce: Uint8Array | null,
  ): Promise<OcspAnswer | null>;
  /** For a serial that nobody knows, CertID as it was asked; tryLater over the limit. */
  unknown(responder: ResponderKey, certId: Uint8Array): Promise<OcspAnswer>;
}

interface Asked {
  readonly certId: Uint8Array;
  readonly status: CertStatus;
}

/** `perSecond`: how many signatures a second may be spent on these. */
export function liveAnswers(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly perSecond: number;
  readonly counts: OcspCounts;
}): LiveAnswers {
  const { db, clock, counts } = deps;
  const limit = liveLimit(deps.perSecond, () => clock.now().epochMilliseconds);

  /** Null over the limit, and then nothing is looked up either. */
  async function signed(
    responder: ResponderKey,
    statuses: () => Promise<readonly Asked[]>,
    nonce: Uint8Array | null,
  ): Promise<OcspAnswer | null> {
    return await limit(async () => {
      const asked = await statuses();
      const now = wholeSecond(clock.now());
      const seconds = now.epochMilliseconds / 1000;
      const until = nextUpdateOf(seconds, responder);
      if (until <= seconds) return refusal(counts, "internalError");
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
      const signature = await signedBy(counts, responder, data);
      const body = assembleOcspResponse(data, "ecdsa-with-SHA256", signature, responder.certificate);
      return { body, caching: null };
    });
  }

  return {
    async to(responder, certIds, nonce) {
      const statuses = async () => {
        const asked: Asked[] = [];
        for (const { der, serial } of certIds) {
          asked.push({ certId: der, status: await statusOf(db.read, responder.issuer.id, serial) });
        }
        return asked;
      };
      const answer = await signed(responder, statuses, nonce);
      if (answer) counts.answers[nonce === null ? "several" : "nonce"] += 1;
      return answer;
    },
    async unknown(responder, certId) {
      const answer = await signed(responder, async () => [{ certId, status: { is: "unknown" } }], null);
      if (answer === null) return refusal(counts, "tryLater");
      counts.answers.unknown += 1;
      return answer;
    },
  };
}
