import { appendAudit } from "../audit/index.ts";
import { type Database, isUniqueViolation } from "../db/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { organizationStore } from "../organizations/index.ts";
import { parseServerName } from "../pki/index.ts";
import { DOMAIN_LIMIT } from "./domain.ts";
import { domainStore } from "./store.ts";
import { domainTables } from "./tables.ts";

export interface DomainDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * Registers a domain or a global address for an applicant organisation. A name below the registrable domain is taken
 * as its registrable domain (www.example.co.jp → example.co.jp, domain.md 2); at most 50, addresses included.
 * Problems: not-found (the organisation is another subscriber's), name-invalid, ev-not-enabled (an address),
 * already-exists, domain-limit-reached.
 */
export async function registerDomain(
  deps: DomainDeps,
  actor: Actor,
  input: { tenant: Tenant; organizationId: Id; name: string; evEnabled: boolean },
): Promise<Id> {
  const parsed = parseServerName(input.name);
  if (parsed.kind === "wildcard")
    throw new Problem("name-invalid", { name: input.name, why: "wildcard-position" });
  if (parsed.kind === "ip" && input.evEnabled) throw new Problem("ev-not-enabled");
  const name = parsed.kind === "ip" ? parsed.ascii : parsed.baseDomain;
  const unicodeName = parsed.kind === "ip" ? parsed.ascii : parseServerName(name).unicode;
  const now = deps.clock.now();
  const id = newId();
  try {
    await deps.db.transact(async (tx) => {
      await organizationStore(tx, input.tenant).organization(input.organizationId);
      const store = domainStore(tx, input.tenant);
      if ((await store.countOf(input.organizationId)) >= DOMAIN_LIMIT) {
        throw new Problem("domain-limit-reached", { limit: DOMAIN_LIMIT });
      }
      await store.add({
        id,
        subscriberId: input.tenant,
        organizationId: input.organizationId,
        kind: parsed.kind === "ip" ? "ip" : "dns",
        name,
        unicodeName,
        evEnabled: input.evEnabled,
        state: "REGISTERED",
        createdAt: now,
        version: 1,
      });
      await appendAudit(tx, [
        {
          tenant: input.tenant,
          at: now,
          actor,
          action: "domain.registered",
          subject: { kind: "domain", id },
          details: { name, evEnabled: input.evEnabled },
        },
      ]);
    });
  } catch (error) {
    const { domains } = domainTables(deps.db.read.columns);
    if (isUniqueViolation(error, domains.organizationId, domains.name)) {
      throw new Problem("already-exists", { field: name });
    }
    throw error;
  }
  return id;
}
