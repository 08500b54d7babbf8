import { compromisedAmong } from "../authority/index.ts";
import type { Reader } from "../db/index.ts";
import { tenantOf } from "../kernel/actor.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import type { Facts } from "./checks.ts";
import { factsOf } from "./facts.ts";
import { heldByOthers } from "./held-keys.ts";
import { replacedCertificates } from "./replaced-certificates.ts";
import type { StoredRequest } from "./store.ts";

/**
 * The facts of many requests at one moment: those of one organisation and product are read together, since a group
 * often has one customer. A Problem stands where they cannot be read (the organisation is gone).
 */
export async function factsOfGroup(
  on: Reader,
  requests: readonly StoredRequest[],
  now: Temporal.Instant,
): Promise<(request: StoredRequest) => Facts | Problem> {
  const compromised = await compromisedAmong(
    on,
    requests.map(({ spkiSha256 }) => spkiSha256),
  );
  const isHeld = await heldByOthers(on, requests, now);
  const replaced = await replacedCertificates(
    on,
    requests.flatMap(({ kind, replacesCertificateId: id }) =>
      kind === "REISSUE" && id !== null ? [id] : [],
    ),
  );
  const shared = new Map<string, Together | Problem>();
  for (const [key, together] of Map.groupBy(requests, sharedKey)) {
    const [first] = together;
    if (first) shared.set(key, await factsTogether(on, first, together, now));
  }
  return (request) => {
    const facts = shared.get(sharedKey(request));
    if (facts === undefined) throw new Error("the request is not of this group");
    const before = request.replacesCertificateId && replaced.get(request.replacesCertificateId);
    const own = before && before.subscriberId === request.subscriberId ? before : null;
    return facts instanceof Problem
      ? facts
      : { ...ofRequest(facts, request, compromised), keyHeldByAnother: isHeld(request), replaced: own };
  };
}

/** The facts of those that share an organisation and a product; what is about names, by name. */
interface Together {
  readonly facts: Facts;
  readonly evidence: ReadonlyMap<string, Facts["coverage"]["evidence"][number]>;
  readonly problems: ReadonlyMap<string, Facts["coverage"]["problems"][number]>;
}

const sharedKey = ({ organizationId, product }: StoredRequest): string => `${organizationId} ${product}`;

async function factsTogether(
  on: Reader,
  { subscriberId, organizationId, product }: StoredRequest,
  together: readonly StoredRequest[],
  now: Temporal.Instant,
): Promise<Together | Problem> {
  const names = [...new Set(together.flatMap((request) => request.names))];
  try {
    const facts = await factsOf(
      on,
      tenantOf(subscriberId),
      { organizationId, product, names, spkiSha256: "", kind: "NEW", replacesCertificateId: null },
      now,
    );
    const { evidence, problems } = facts.coverage;
    return {
      facts,
      evidence: new Map(evidence.map((one) => [one.name, one])),
      problems: new Map(problems.map((one) => [one.name, one])),
    };
  } catch (error) {
    if (isProblem(error, "not-found")) return new Problem("organization-not-vetted");
    throw error;
  }
}

function ofRequest(shared: Together, request: StoredRequest, compromised: ReadonlySet<string>): Facts {
  const names = [...new Set(request.names)];
  return {
    ...shared.facts,
    keyCompromised: compromised.has(request.spkiSha256),
    coverage: {
      evidence: names.flatMap((name) => shared.evidence.get(name) ?? []),
      problems: names.flatMap((name) => shared.problems.get(name) ?? []),
    },
  };
}
