import { and, eq, inArray } from "drizzle-orm";
import { authorityTables } from "../authority/index.ts";
import type { Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { parseCertificate, printName } from "../pki/index.ts";
import type { Replaced } from "./replacement.ts";
import { requestTables } from "./tables.ts";

/**
 * Those of these certificates that came from requests, as a reissue has to know them, with whose they are. Reading one
 * parses it: for reissues alone, not for every request of a group.
 */
export async function replacedCertificates(
  on: Reader,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, Replaced & { readonly subscriberId: Id }>> {
  if (ids.length === 0) return new Map();
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const rows = await on
    .select({ certificate: c, request: r })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(inArray(c.id, [...ids]));
  const taken = await on
    .select({ id: r.replacesCertificateId })
    .from(r)
    .where(and(inArray(r.replacesCertificateId, [...ids]), eq(r.kind, "REISSUE"), eq(r.state, "ISSUED")));
  const replaced = new Set(taken.map(({ id }) => id));
  return new Map(
    rows.map(({ certificate, request }) => [
      certificate.id,
      {
        certificateId: certificate.id,
        subscriberId: request.subscriberId,
        state: certificate.state,
        revocationReason: certificate.revocationReason,
        notAfter: certificate.notAfter,
        spkiSha256: certificate.spkiSha256,
        organizationId: request.organizationId,
        product: request.product,
        names: request.names,
        isReplaced: replaced.has(certificate.id),
        subject: printName(parseCertificate(certificate.der).subject),
      },
    ]),
  );
}
