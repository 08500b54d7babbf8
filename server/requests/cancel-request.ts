import type { ApplicantActor, OperatorActor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { endRequest } from "./end-request.ts";
import { cancel, withdraw } from "./request.ts";
import type { StoredRequest } from "./store.ts";
import type { RequestDeps } from "./submit-request.ts";

/**
 * Cancels a request: an operator until issuing starts, its requester while approval is pending (domain.md 3).
 * @returns the request as it was before
 * @throws Problem not-found, not-allowed (somebody else's request), request-not-cancellable, stale-version
 */
export function cancelRequest(
  deps: RequestDeps,
  actor: ApplicantActor | OperatorActor,
  input: { readonly id: Id; readonly reason: string | null },
): Promise<StoredRequest> {
  return endRequest(
    deps,
    actor,
    input.id,
    input.reason,
    actor.kind === "operator"
      ? { transition: "cancel", outcome: "cancelled", decide: cancel }
      : { transition: "withdraw", outcome: "cancelled", decide: (request) => withdraw(request, actor) },
  );
}
