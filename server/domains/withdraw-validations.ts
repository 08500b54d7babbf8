import { appendAudit } from "../audit/index.ts";
import type { Executor } from "../db/index.ts";
import { type Actor, tenantOf } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { reaches } from "./coverage.ts";
import { domainStore } from "./store.ts";

/** Names of a subscriber's certificate whose validations are no longer to be relied upon. */
export interface Distrust {
  readonly subscriberId: Id;
  /** As in subjectAltName: A-labels, wildcards, addresses. */
  readonly names: readonly string[];
  /** When the issuer learnt of it: what was validated afterwards stands. */
  readonly knownAt: Temporal.Instant;
}

/**
 * Withdraws every validation that reaches one of these names: nothing may be issued on evidence that the issuer has
 * come to doubt, or for a name whose right was lost (BR 4.9.1.1 (5), (9); 4.2.1 lets a validation be reused only
 * while it can be relied upon). The domain waits to be validated anew. To be called last in the transaction: it
 * appends to the audit chains.
 */
export async function withdrawValidations(
  tx: Executor,
  actor: Actor,
  distrusts: readonly Distrust[],
  now: Temporal.Instant,
): Promise<void> {
  for (const [subscriberId, ofSubscriber] of Map.groupBy(distrusts, (each) => each.subscriberId)) {
    const tenant = tenantOf(subscriberId);
    const store = domainStore(tx, tenant);
    const standing = await store.standingValidations();
    const doubted = standing.filter((validation) =>
      ofSubscriber.some(
        ({ names, knownAt }) =>
          Temporal.Instant.compare(validation.validatedAt ?? validation.startedAt, knownAt) <= 0 &&
          names.some((name) => reaches(validation, name, now)),
      ),
    );
    if (doubted.length === 0) continue;
    const ids = new Set(doubted.map(({ id }) => id));
    await store.withdraw([...ids]);
    const stillProven = new Set(standing.filter(({ id }) => !ids.has(id)).map(({ domainId }) => domainId));
    await store.awaitValidation(doubted.map(({ domainId }) => domainId).filter((id) => !stillProven.has(id)));
    await appendAudit(
      tx,
      doubted.map(({ id, domainId, name, method }) => ({
        tenant,
        at: now,
        actor,
        action: "validation.withdrawn" as const,
        subject: { kind: "domain", id: domainId },
        details: { name, method, validation: id },
      })),
    );
  }
}
