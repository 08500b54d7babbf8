import { and, asc, eq, gt, gte, inArray, lt, type SQL } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import { lintingTables } from "../../linting/index.ts";
import { subscriberWithSiteId } from "../../organizations/index.ts";
import { requestTables } from "../../requests/index.ts";
import { SET_LIMIT, type Selector } from "./selector.ts";

/** A certificate that belongs to a set. */
export interface GatheredCertificate {
  readonly certificateId: Id;
  readonly subscriberId: Id;
  readonly requestId: Id;
}

const TOLD = 5;
/** Values a condition: what both engines take in one statement with room to spare. */
const CHUNK = 500;

/**
 * The living certificates that a selector means, of all subscribers. What is revoked or has expired is none of them.
 * Problems: mass-revocation-unknown for serials that no living certificate has, mass-revocation-empty,
 * mass-revocation-too-many.
 */
export async function gatherSet(
  on: Reader,
  selector: Selector,
  now: Temporal.Instant,
): Promise<readonly GatheredCertificate[]> {
  const found: (GatheredCertificate & { readonly serial: string })[] = [];
  for (const condition of await conditionsOf(on, selector)) {
    found.push(...(await living(on, condition, now)));
    if (found.length > SET_LIMIT) throw new Problem("mass-revocation-too-many", { limit: SET_LIMIT });
  }
  if (selector.kind === "SERIALS") {
    const known = new Set(found.map(({ serial }) => serial));
    const unknown = selector.serials.filter((serial) => !known.has(serial));
    if (unknown.length > 0) {
      const serials = unknown.slice(0, TOLD).map((serial) => serial.toUpperCase());
      throw new Problem("mass-revocation-unknown", { serials: serials.join(", "), count: unknown.length });
    }
  }
  if (found.length === 0) throw new Problem("mass-revocation-empty");
  return found.map(({ certificateId, subscriberId, requestId }) => ({
    certificateId,
    subscriberId,
    requestId,
  }));
}

async function living(on: Reader, condition: SQL | undefined, now: Temporal.Instant) {
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  return on
    .select({ certificateId: c.id, serial: c.serial, subscriberId: r.subscriberId, requestId: r.id })
    .from(c)
    .innerJoin(r, eq(r.certificateId, c.id))
    .where(and(condition, inArray(c.state, ["ACTIVE", "REPLACED"]), gt(c.notAfter, now)))
    .orderBy(asc(c.id))
    .limit(SET_LIMIT + 1);
}

async function conditionsOf(on: Reader, selector: Selector): Promise<readonly (SQL | undefined)[]> {
  const { certificates: c, issuers } = authorityTables(on.columns);
  switch (selector.kind) {
    case "SERIALS": {
      const chunks: SQL[] = [];
      for (let at = 0; at < selector.serials.length; at += CHUNK) {
        chunks.push(inArray(c.serial, selector.serials.slice(at, at + CHUNK)));
      }
      return chunks;
    }
    case "LINT": {
      const { lintFindings: f } = lintingTables(on.columns);
      const found = on.select({ id: f.certificateId }).from(f).where(eq(f.reportId, selector.reportId));
      return [inArray(c.id, found)];
    }
    case "KEY":
      return [eq(c.spkiSha256, selector.spkiSha256)];
    case "SUBSCRIBER": {
      const subscriberId = await subscriberWithSiteId(on, selector.siteId);
      if (subscriberId === null) throw new Problem("mass-revocation-empty");
      return [eq(c.subscriberId, subscriberId)];
    }
    case "ISSUER": {
      const [issuer] = await on
        .select({ id: issuers.id })
        .from(issuers)
        .where(eq(issuers.role, selector.role));
      if (!issuer) throw new Problem("mass-revocation-empty");
      const from = Temporal.Instant.from(selector.from);
      const until = Temporal.Instant.from(selector.until);
      return [and(eq(c.issuerId, issuer.id), gte(c.createdAt, from), lt(c.createdAt, until))];
    }
  }
}
