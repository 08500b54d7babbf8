import type { DnsResolver } from "../adapters/dns.ts";
import { appendAudit } from "../audit/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { isMethodInForce } from "../rules/index.ts";
import type { DomainDeps } from "./register-domain.ts";
import { domainStore } from "./store.ts";

export interface CheckDeps extends DomainDeps {
  readonly dns: DnsResolver;
}

/**
 * Looks for the random value in DNS and, when it is there, records the validation: the Authorization Domain Name is
 * exactly the name that was asked for, never one found on the way (incident class 1). The look-up happens outside any
 * transaction; what was pending is read again inside. Nothing but the very value, as one whole TXT record, counts.
 * Problems: not-found, validation-not-found (expired, superseded), validation-lookup-failed, validation-mismatch.
 */
export async function checkValidation(
  deps: CheckDeps,
  actor: Actor,
  input: { tenant: Tenant; domainId: Id; validationId: Id },
): Promise<void> {
  const pending = await deps.db.transact((tx) =>
    domainStore(tx, input.tenant).validation(input.domainId, input.validationId),
  );
  const asked = deps.clock.now();
  if (
    pending.state !== "PENDING" ||
    Temporal.Instant.compare(asked, pending.valueUntil) >= 0 ||
    !isMethodInForce(pending.method, asked)
  ) {
    throw new Problem("validation-not-found", { name: pending.name });
  }

  const answer = await deps.dns.lookupTxt(pending.name);
  const texts = answer.status === "answer" ? answer.records.map((record) => record.data) : [];
  const failure = failureOf(answer.status, texts, pending.randomValue, pending.name);
  const now = deps.clock.now();

  await deps.db.transact(async (tx) => {
    const store = domainStore(tx, input.tenant);
    const domain = await store.byId(input.domainId);
    const changes = failure
      ? { lastFailure: failure.code }
      : {
          state: "VALIDATED" as const,
          authorizationDomainName: pending.name,
          validatedAt: now,
          lastFailure: null,
          evidence: {
            queried: pending.name,
            type: "TXT",
            records: texts,
            authenticated: answer.authenticated,
          },
        };
    const ours = await store.endValidation(pending.id, changes);
    if (!ours) throw new Problem("validation-not-found", { name: pending.name });
    if (!failure && domain.state !== "VALIDATED")
      await store.setState(domain.id, "VALIDATED", domain.version);
    await appendAudit(tx, [
      {
        tenant: input.tenant,
        at: now,
        actor,
        action: failure ? "validation.missed" : "validation.confirmed",
        subject: { kind: "domain", id: domain.id },
        details: {
          name: pending.name,
          method: pending.method,
          validation: pending.id,
          status: answer.status,
          authenticated: answer.authenticated,
        },
      },
    ]);
  });
  if (failure) throw failure;
}

function failureOf(status: string, texts: readonly string[], value: string, name: string): Problem | null {
  if (status === "servfail" || status === "timeout" || status === "bogus") {
    return new Problem("validation-lookup-failed", { name });
  }
  return texts.includes(value) ? null : new Problem("validation-mismatch", { name });
}
