import { desc, eq } from "drizzle-orm";
import { authorityTables, declarationOfKey, REVOCATION_REASONS } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import { system } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import type { CertificateRevocation } from "../../requests/index.ts";
import { isCancellable, isSubscribersOwn, REASONS } from "../revocation.ts";
import { revocationTables } from "../tables.ts";

/**
 * The revocation of a certificate, done or planned; null when there is none. Whoever asks has looked the certificate
 * up in its tenant. The reason is that of the CRL, where it was changed by later proof.
 */
export async function revocationOf(
  on: Reader,
  certificateId: Id,
  now: Temporal.Instant,
): Promise<CertificateRevocation | null> {
  const { revocationOrders: o } = revocationTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const orders = await on
    .select({ order: o, state: c.state, code: c.revocationReason, spkiSha256: c.spkiSha256 })
    .from(o)
    .innerJoin(c, eq(c.id, o.certificateId))
    .where(eq(o.certificateId, certificateId))
    .orderBy(desc(o.id));
  const [newest] = orders;
  if (!newest) return null;
  const wanted = newest.state === "REVOKED" ? "DONE" : "PLANNED";
  const found = orders.find(({ order }) => order.state === wanted);
  if (!found) return null;
  const { ground, reason, explanation, executeAt, doneAt, actorName } = found.order;
  const mayCallOff =
    isSubscribersOwn(found.order.origin) &&
    isCancellable(found.order, await declarationOfKey(on, newest.spkiSha256), system("revocation"), now);
  const published = REASONS.find((each) => REVOCATION_REASONS[each] === newest.code);
  return {
    planned: wanted === "PLANNED",
    ground,
    reason: wanted === "DONE" ? (published ?? reason) : reason,
    explanation,
    at: doneAt ?? executeAt,
    orderedBy: actorName,
    mayCallOff,
  };
}
