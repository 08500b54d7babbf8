import type { Executor } from "../../db/index.ts";
import { catalogue } from "../../i18n/index.ts";
import { type ApplicantActor, system } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import {
  partiesOf,
  type ReissueReason,
  type RequestDeps,
  type Submission,
  type SubmitOutcome,
  submitRequest,
} from "../../requests/index.ts";
import { validityDays } from "../../rules/index.ts";
import { orderOrHasten } from "../order-or-hasten.ts";
import { type ReissueBase, reissueBase } from "./pages.ts";
import { compromiseOrder, type Replacement } from "./replacement.ts";

/** What an applicant says when a certificate is to be given again. */
export interface ReissueAsk {
  /** PEM or DER, of the new key. */
  readonly csr: string | Uint8Array;
  readonly reissueReason: ReissueReason;
  readonly reissueNote: string | null;
  readonly graceDays: number;
  readonly issueNoticeEmail: string;
  readonly place: string | null;
}

const REISSUE = system("reissue");

/**
 * Asks for a certificate again: the same organisation, product, names and end, with another key. It goes through
 * approval like any other request. Where the old key is said to be compromised, its revocation is planned in the same
 * transaction, for 24 hours later, whatever becomes of the request (BR 4.9.1.1 (3)).
 * @throws Problem not-found for a certificate of somebody else
 */
export async function askReissue(
  deps: RequestDeps,
  actor: ApplicantActor,
  certificateId: Id,
  ask: ReissueAsk,
  submissionKey: string,
): Promise<SubmitOutcome> {
  const now = deps.clock.now();
  const base = await reissueBase(deps.db.read, actor.tenant, certificateId, now);
  if (base === null) throw new Problem("not-found");
  return submitRequest(deps, actor, reissueSubmission(base, ask, now), submissionKey, (tx, request, at) =>
    planCompromised(
      tx,
      deps,
      actor,
      {
        id: request.id,
        receiptNumber: request.receiptNumber,
        replacesCertificateId: certificateId,
        massRevocationId: null,
        reissueReason: ask.reissueReason,
        graceDays: ask.graceDays,
        submittedAt: at,
      },
      at,
    ),
  );
}

/** The request that a reissue is: all but the key comes from the request of the certificate before it. */
export function reissueSubmission(base: ReissueBase, ask: ReissueAsk, now: Temporal.Instant): Submission {
  const [commonName = "", ...others] = base.names;
  return {
    ...ask,
    organizationId: base.organization.id,
    product: base.product,
    shape: base.shape,
    subjectLanguage: base.subjectLanguage,
    commonName,
    additionalNames: others.join("\n"),
    termDays: validityDays(now, base.notAfter),
    licences: base.licences,
    orderNumber: base.orderNumber,
    memo: base.memo,
    kind: "REISSUE",
    replacesCertificateId: base.certificateId,
    endsAt: base.notAfter,
  };
}

async function planCompromised(
  tx: Executor,
  deps: RequestDeps,
  actor: ApplicantActor,
  request: Replacement & { readonly receiptNumber: string },
  now: Temporal.Instant,
): Promise<void> {
  if (request.reissueReason !== "KEY_COMPROMISED") return;
  const { language } = await partiesOf(tx, actor.tenant);
  const words = catalogue(language).replacement;
  const order = compromiseOrder(request, words.compromised(request));
  if (order) await orderOrHasten(tx, deps, REISSUE, [order], now);
}
