import { createHash } from "node:crypto";
import { and, desc, eq, gte, inArray, isNotNull, lt, ne, or } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { isProblem } from "../../kernel/problem.ts";
import { parseCertificate } from "../../pki/index.ts";
import type { Identified } from "./identify-certificate.ts";
import type { FoundBy } from "./report.ts";

export interface Match {
  readonly certificateId: Id;
  readonly foundBy: FoundBy;
}

/** A name may stand in many certificates; the investigator attaches what is beyond these. */
const LIMIT = 50;
/** As many as are ordered with the report (block-keys.ts); what carries the key beyond these, the sweep sees to. */
const KEY_LIMIT = 256;
const PAGE = 64;

/**
 * The certificates that a report is about, of every tenant: those that carry the key, that were sent or named by
 * fingerprint or serial, and the ones alive under a name (its wildcard included). Each once, the surest way first.
 */
export async function matchCertificates(
  on: Reader,
  entry: Identified & { readonly spkiSha256: string | null },
  now: Temporal.Instant,
): Promise<readonly Match[]> {
  const { certificates: c } = authorityTables(on.columns);
  const found = new Map<Id, FoundBy>();
  const add = (foundBy: FoundBy, rows: readonly { readonly id: Id }[]) => {
    for (const { id } of rows) if (!found.has(id)) found.set(id, foundBy);
  };
  const ids = { id: c.id };
  const { certificateDer: der, domain } = entry;
  const keys = [entry.spkiSha256, der && keyOf(der)].filter((key) => key !== null);
  if (keys.length > 0) {
    add("KEY", await aliveWith(on, keys, now));
  }
  const prints = [entry.fingerprint, der && createHash("sha256").update(der).digest("hex")].filter(
    (print) => print !== null,
  );
  if (prints.length > 0)
    add("FINGERPRINT", await on.select(ids).from(c).where(inArray(c.fingerprint, prints)));
  if (entry.serial !== null) {
    // A serial is unique per issuer alone.
    add("SERIAL", await on.select(ids).from(c).where(eq(c.serial, entry.serial)).limit(LIMIT));
  }
  if (domain !== null) add("NAME", await aliveUnder(on, domain, now));
  return [...found].map(([certificateId, foundBy]) => ({ certificateId, foundBy }));
}

/** The newest that carry one of these keys, walked in pages: the key of a mass hoster stands in very many. */
async function aliveWith(
  on: Reader,
  keys: readonly string[],
  now: Temporal.Instant,
): Promise<readonly { id: Id }[]> {
  const { certificates: c } = authorityTables(on.columns);
  const found: { id: Id }[] = [];
  while (found.length < KEY_LIMIT) {
    const last = found.at(-1);
    const older = last && lt(c.id, last.id);
    const page = await on
      .select({ id: c.id })
      .from(c)
      .where(and(inArray(c.spkiSha256, [...keys]), gte(c.notAfter, now), older))
      .orderBy(desc(c.id))
      .limit(PAGE);
    found.push(...page);
    if (page.length < PAGE) break;
  }
  return found;
}

function aliveUnder(on: Reader, domain: string, now: Temporal.Instant): Promise<{ id: Id }[]> {
  const { certificates: c, certificateNames: n } = authorityTables(on.columns);
  const wildcard = `*.${domain.split(".").slice(1).join(".")}`;
  return on
    .select({ id: c.id })
    .from(n)
    .innerJoin(c, eq(c.id, n.certificateId))
    .where(
      and(
        or(eq(n.name, domain), eq(n.name, wildcard)),
        gte(c.notAfter, now),
        ne(c.state, "REVOKED"),
        isNotNull(c.subscriberId),
      ),
    )
    .orderBy(desc(c.id))
    .limit(LIMIT);
}

/** The key of a certificate of whatever issuer; null for kinds of keys that no certificate of ours carries. */
function keyOf(der: Uint8Array): string | null {
  try {
    return parseCertificate(der).publicKey.spkiSha256;
  } catch (error) {
    if (isProblem(error, "key-type-unsupported")) return null;
    throw error;
  }
}
