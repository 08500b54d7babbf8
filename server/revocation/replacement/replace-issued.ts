import { replaceCertificates } from "../../authority/index.ts";
import type { Executor } from "../../db/index.ts";
import { catalogue } from "../../i18n/index.ts";
import type { IssuanceDeps, IssuedRequest } from "../../issuance/index.ts";
import { system, tenantOf } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import type { Language } from "../../kernel/languages.ts";
import { partiesOf, type StoredRequest } from "../../requests/index.ts";
import type { MailFrame } from "../mails.ts";
import { orderOrHasten } from "../order-or-hasten.ts";
import { retirementOrder } from "./replacement.ts";

const REPLACEMENT = system("replacement");

/**
 * What follows in the transaction that stores new certificates: those whose place they take become REPLACED, and their
 * revocation is planned for the end of the grace period. A renewal for which nothing was chosen leaves the old
 * certificate alone. One that is revoked, or planned to be, stays as it is.
 */
export const replaceIssued =
  (frame: MailFrame): IssuanceDeps["alsoStored"] =>
  async (tx: Executor, issued: readonly IssuedRequest[], at: Temporal.Instant): Promise<void> => {
    const taking = issued.map(({ request }) => request).filter(takesAPlace);
    if (taking.length === 0) return;
    await replaceCertificates(
      tx,
      taking.map(({ replacesCertificateId }) => replacesCertificateId),
    );
    const languages = await languagesOf(tx, taking);
    const orders = taking.flatMap((request) => {
      const words = catalogue(languages.get(request.subscriberId) ?? "ja").replacement;
      return retirementOrder(request, at, words.explanation(request)) ?? [];
    });
    if (orders.length > 0) await orderOrHasten(tx, frame, REPLACEMENT, orders, at);
  };

type Taking = StoredRequest & { readonly replacesCertificateId: Id };

const takesAPlace = (request: StoredRequest): request is Taking =>
  request.replacesCertificateId !== null && (request.graceDays !== null || request.massRevocationId !== null);

async function languagesOf(
  tx: Executor,
  requests: readonly StoredRequest[],
): Promise<ReadonlyMap<Id, Language>> {
  const languages = new Map<Id, Language>();
  for (const id of new Set(requests.map(({ subscriberId }) => subscriberId))) {
    languages.set(id, (await partiesOf(tx, tenantOf(id))).language);
  }
  return languages;
}
