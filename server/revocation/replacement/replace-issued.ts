import { and, eq, inArray } from "drizzle-orm";
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
import { revocationTables } from "../tables.ts";
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
    const takenBack = await takenBackDeclarations(tx, taking);
    const orders = taking.flatMap((request) => {
      const words = catalogue(languages.get(request.subscriberId) ?? "ja").replacement;
      // What an operator has called off is not said again by the certificate that was asked for with it.
      const reissueReason = takenBack.has(request.id) ? null : request.reissueReason;
      return retirementOrder({ ...request, reissueReason }, at, words.explanation(request)) ?? [];
    });
    if (orders.length > 0) await orderOrHasten(tx, frame, REPLACEMENT, orders, at);
  };

type Taking = StoredRequest & { readonly replacesCertificateId: Id };

const takesAPlace = (request: StoredRequest): request is Taking =>
  request.replacesCertificateId !== null && (request.graceDays !== null || request.massRevocationId !== null);

/** Those of these requests whose declared compromise was called off. */
async function takenBackDeclarations(tx: Executor, requests: readonly Taking[]): Promise<ReadonlySet<Id>> {
  const compromised = requests.filter(({ reissueReason }) => reissueReason === "KEY_COMPROMISED");
  if (compromised.length === 0) return new Set();
  const { revocationOrders: o } = revocationTables(tx.columns);
  const rows = await tx
    .select({ id: o.originId })
    .from(o)
    .where(
      and(
        inArray(
          o.originId,
          compromised.map(({ id }) => id),
        ),
        eq(o.origin, "replacement"),
        eq(o.state, "CANCELLED"),
      ),
    );
  return new Set(rows.flatMap(({ id }) => id ?? []));
}

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
