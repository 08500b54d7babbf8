import { and, eq } from "drizzle-orm";
import { isKeyCompromised } from "../authority/index.ts";
import { contractInForce } from "../contracts/index.ts";
import type { Reader } from "../db/index.ts";
import { coverNames } from "../domains/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import { dayInJapan } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { organizationTables } from "../organizations/index.ts";
import type { Facts } from "./checks.ts";
import { heldByOthers } from "./held-keys.ts";
import { replacedCertificates } from "./replaced-certificates.ts";
import type { RequestKind } from "./replacement.ts";
import type { Product } from "./request.ts";

/** What the facts are asked about. */
export interface FactsAsk {
  readonly organizationId: Id;
  readonly product: Product;
  readonly names: readonly string[];
  readonly spkiSha256: string;
  readonly kind: RequestKind;
  readonly replacesCertificateId: Id | null;
}

/**
 * Reads, at this moment, everything that the checks of a request rest on.
 * @throws Problem not-found where the organisation is not this subscriber's
 */
export async function factsOf(
  on: Reader,
  tenant: Tenant,
  ask: FactsAsk,
  now: Temporal.Instant,
): Promise<Facts> {
  const { subscribers: s, applicantOrganizations: o } = organizationTables(on.columns);
  const [row] = await on
    .select({ organization: o, subscriberState: s.state })
    .from(o)
    .innerJoin(s, eq(s.id, o.subscriberId))
    .where(and(eq(o.id, ask.organizationId), eq(o.subscriberId, tenant)));
  if (!row || row.organization.state === "REMOVED") throw new Problem("not-found");
  const asked = { subscriberId: tenant, spkiSha256: ask.spkiSha256 };
  const isHeld = await heldByOthers(on, [asked], now);
  const contract = await contractInForce(on, tenant, dayInJapan(now));
  const replacedId = ask.kind === "REISSUE" ? ask.replacesCertificateId : null;
  const replaced =
    replacedId === null ? null : (await replacedCertificates(on, [replacedId])).get(replacedId);
  return {
    replaced: replaced?.subscriberId === tenant ? replaced : null,
    contractInForce: contract !== null && row.subscriberState === "ACTIVE",
    organization: row.organization,
    keyCompromised: await isKeyCompromised(on, ask.spkiSha256),
    keyHeldByAnother: isHeld(asked),
    coverage: await coverNames(
      on,
      { tenant, organizationId: ask.organizationId, names: ask.names, product: ask.product },
      now,
    ),
  };
}
