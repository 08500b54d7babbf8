import { appendAudit } from "../audit/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import { type Id, newId, randomToken } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { isPermitted, RANDOM_VALUE, type ValidationMethod } from "../rules/index.ts";
import type { ApprovalScope } from "./domain.ts";
import type { DomainDeps } from "./register-domain.ts";
import { domainStore } from "./store.ts";

/**
 * Starts 使用権確認 of a registered domain: makes the random value the customer publishes (128 bits, new each time,
 * at most 30 days; BR 3.2.2.4). The reuse clock starts here (BR 4.2.1). A value still waiting is superseded.
 * Problems: not-found, method-not-permitted.
 */
export async function startValidation(
  deps: DomainDeps,
  actor: Actor,
  input: { tenant: Tenant; domainId: Id; method: ValidationMethod; scope: ApprovalScope },
): Promise<Id> {
  const now = deps.clock.now();
  const reach = input.scope === "FQDN" ? "exact" : "subdomains";
  if (input.method !== "dns-txt" || !isPermitted(input.method, reach, now)) {
    throw new Problem("method-not-permitted", { method: input.method });
  }
  const id = newId();
  await deps.db.transact(async (tx) => {
    const store = domainStore(tx, input.tenant);
    const domain = await store.byId(input.domainId);
    if (domain.kind === "ip") throw new Problem("method-not-permitted", { method: input.method });
    await store.supersedePending(domain.id, domain.name);
    await store.addValidation({
      id,
      subscriberId: input.tenant,
      domainId: domain.id,
      method: input.method,
      name: domain.name,
      scope: input.scope,
      randomValue: randomToken(RANDOM_VALUE.bits),
      state: "PENDING",
      startedAt: now,
      valueUntil: now.add({ hours: 24 * RANDOM_VALUE.longestDays }),
      version: 1,
    });
    if (domain.state !== "VALIDATED" && domain.state !== "EXPIRING") {
      await store.setState(domain.id, "DCV_PENDING", domain.version);
    }
    await appendAudit(tx, [
      {
        tenant: input.tenant,
        at: now,
        actor,
        action: "validation.started",
        subject: { kind: "domain", id: domain.id },
        details: { name: domain.name, method: input.method, scope: input.scope, validation: id },
      },
    ]);
  });
  return id;
}
