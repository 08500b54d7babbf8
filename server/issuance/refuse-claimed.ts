import { abandonIntents } from "../authority/index.ts";
import type { Problem } from "../kernel/problem.ts";
import type { IssueFailure } from "../requests/index.ts";
import type { ClaimedRequest, IssuanceDeps, RefusedRequest } from "./issuance.ts";
import { issuanceStore } from "./store.ts";
import { tellOutcomes } from "./tell-outcomes.ts";

export const failureOf = ({ code, params }: Problem): IssueFailure => ({ code, params: { ...params } });

/**
 * Ends claimed requests whose bytes may not be signed, or whose signature is wrong: the intent is given up, its
 * serial answers "revoked", the request becomes ISSUE_FAILED. What recovery has taken meanwhile is left to it.
 */
export async function refuseClaimed(
  deps: IssuanceDeps,
  claims: readonly (ClaimedRequest & { readonly problem: Problem })[],
): Promise<readonly RefusedRequest[]> {
  if (claims.length === 0) return [];
  return deps.db.transact(async (tx) => {
    const at = deps.clock.now();
    const own = new Set(
      await abandonIntents(
        tx,
        deps.instance,
        claims.map(({ intent }) => intent.id),
        at,
      ),
    );
    const store = issuanceStore(tx);
    const refused: RefusedRequest[] = [];
    for (const { request, intent, problem } of claims) {
      if (own.has(intent.id) && (await store.fail(request.id, failureOf(problem)))) {
        refused.push({ request, problem });
      }
    }
    await tellOutcomes(tx, deps, { issued: [], refused }, at);
    return refused;
  });
}
