import { Problem } from "../kernel/problem.ts";
import type { AlsoStore, AuthorityDeps, IssueOrder, StoredCertificate } from "./authority.ts";
import { abandonIntents, type Intent, makeIntent, storeIntents } from "./intents.ts";
import { issuerOf } from "./issuers.ts";
import { signIntent } from "./sign-intent.ts";
import { storeSigned } from "./store-certificates.ts";

/**
 * One certificate, in two transactions with the signature between them: intent → lint → sign → check → store. `store`
 * writes whatever belongs to it in the second one. Subscribers' requests go in groups instead (issuance/).
 *
 * Problems: lint-failed, signature-mismatch, lease-lost (recovery was faster: order again), term-too-long (beyond the
 * issuer's own end). On any of them the intent is given up and its serial answers "revoked".
 */
export async function issueCertificate(
  deps: AuthorityDeps,
  order: IssueOrder,
  store?: AlsoStore,
): Promise<StoredCertificate> {
  const issuer = await issuerOf(deps.db.read, order.role);
  const now = deps.clock.now();
  const intent = makeIntent(deps, issuer, order, now);
  await deps.db.transact(async (tx) => {
    await storeIntents(tx, deps.instance, [intent], now);
    await deps.step("intent.before-commit");
  });
  await deps.step("intent.committed");
  try {
    const signed = await signIntent(deps, issuer, intent);
    await deps.step("signed");
    const certificate = await deps.db.transact(async (tx) => {
      const [stored] = await storeSigned(tx, deps.instance, [signed], deps.clock.now());
      if (!stored) throw new Problem("lease-lost");
      await store?.(tx, stored);
      await deps.step("store.before-commit");
      return stored;
    });
    await deps.step("store.committed");
    return certificate;
  } catch (error) {
    await abandonOwn(deps, intent);
    throw error;
  }
}

/** Where even this fails the lease runs out and recovery does the same; what went wrong first is what is told. */
async function abandonOwn(deps: AuthorityDeps, intent: Intent): Promise<void> {
  try {
    await deps.db.transact((tx) => abandonIntents(tx, deps.instance, [intent.id], deps.clock.now()));
  } catch {
    return;
  }
}
