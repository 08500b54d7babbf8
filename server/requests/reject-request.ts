import type { OperatorActor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { endRequest } from "./end-request.ts";
import { reject } from "./request.ts";
import type { StoredRequest } from "./store.ts";
import type { RequestDeps } from "./submit-request.ts";

/**
 * Rejects a pending request with a reason that the applicant reads.
 * @returns the request as it was before
 * @throws Problem not-found, request-not-pending, stale-version
 */
export function rejectRequest(
  deps: RequestDeps,
  actor: OperatorActor,
  input: { readonly id: Id; readonly reason: string },
): Promise<StoredRequest> {
  return endRequest(deps, actor, input.id, input.reason, {
    transition: "reject",
    outcome: "rejected",
    decide: reject,
  });
}
