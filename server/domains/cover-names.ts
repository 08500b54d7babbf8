import type { Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { parseServerName } from "../pki/index.ts";
import { isUsable, reaches } from "./coverage.ts";
import { controlOf } from "./store.ts";

/** Which validation stands behind a name. */
export interface CoveredName {
  readonly name: string;
  readonly validationId: Id;
  readonly method: string;
  readonly authorizationDomainName: string;
}

export interface Coverage {
  readonly evidence: readonly CoveredName[];
  /** One for each name that must not be issued: name-invalid, domain-not-registered, ev-not-enabled, domain-not-validated. */
  readonly problems: readonly { readonly name: string; readonly problem: Problem }[];
}

/**
 * Derives each name again, from the registered domains and validations of one organisation (BR 3.2.2.4, 4.2.1): at
 * submission, at approval, and once more when it is claimed for issuing.
 *
 * `names` are what would stand in subjectAltName (A-labels, wildcards, addresses). For EV every domain must carry the
 * EV flag, and neither wildcards nor addresses exist (EVG 3.1.2, 7.1.4.2.1).
 */
export async function coverNames(
  on: Reader,
  ask: { tenant: Tenant; organizationId: Id; names: readonly string[]; product: "OV" | "EV" },
  now: Temporal.Instant,
): Promise<Coverage> {
  const { registered, validations } = await controlOf(on, ask.tenant, ask.organizationId);
  const usable = validations.filter((one) => isUsable(one, now));
  const evidence: CoveredName[] = [];
  const problems: { name: string; problem: Problem }[] = [];
  for (const name of ask.names) {
    const found = coverOne(name);
    if (found instanceof Problem) problems.push({ name, problem: found });
    else evidence.push(found);
  }
  return { evidence, problems };

  function coverOne(name: string): CoveredName | Problem {
    const parsed = parse(name);
    if (parsed instanceof Problem) return parsed;
    const registeredName = parsed.kind === "ip" ? parsed.ascii : parsed.baseDomain;
    const domain = registered.find((one) => one.name === registeredName);
    if (!domain) return new Problem("domain-not-registered", { domain: registeredName });
    if (ask.product === "EV" && (!domain.evEnabled || parsed.kind !== "dns"))
      return new Problem("ev-not-enabled");
    const validation = usable.find((one) => one.domainId === domain.id && reaches(one, name, now));
    if (!validation?.authorizationDomainName)
      return new Problem("domain-not-validated", { domain: registeredName });
    return {
      name,
      validationId: validation.id,
      method: validation.method,
      authorizationDomainName: validation.authorizationDomainName,
    };
  }
}

function parse(name: string): ReturnType<typeof parseServerName> | Problem {
  try {
    return parseServerName(name);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
