import { and, eq } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import type { Problem } from "../../kernel/problem.ts";
import { organizationTables } from "../../organizations/index.ts";
import {
  displayName,
  type Product,
  replaceable,
  replacedCertificates,
  requestTables,
  type Shape,
} from "../../requests/index.ts";

/** A certificate as its reissue begins with it. */
export interface ReissueBase {
  readonly certificateId: Id;
  readonly organization: { readonly id: Id; readonly name: string; readonly nameEn: string | null };
  readonly product: Product;
  readonly shape: Shape;
  readonly subjectLanguage: "ja" | "en";
  readonly commonName: string;
  readonly names: readonly string[];
  readonly key: string;
  readonly serial: string;
  readonly spkiSha256: string;
  readonly notAfter: Temporal.Instant;
  readonly licences: number;
  readonly issueNoticeEmail: string;
  readonly place: string | null;
  readonly orderNumber: string | null;
  readonly memo: string | null;
  /** Why it cannot be reissued; null: it can. */
  readonly problem: Problem | null;
}

/** What a reissue begins with; null when the certificate is not this subscriber's. */
export async function reissueBase(
  on: Reader,
  tenant: Tenant,
  certificateId: Id,
  now: Temporal.Instant,
): Promise<ReissueBase | null> {
  const { certificateRequests: r } = requestTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const { applicantOrganizations: o } = organizationTables(on.columns);
  const [row] = await on
    .select({
      request: r,
      organization: { id: o.id, name: o.nameJa, nameEn: o.nameEn },
      certificate: { serial: c.serial, spkiSha256: c.spkiSha256, notAfter: c.notAfter },
    })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .innerJoin(o, eq(o.id, r.organizationId))
    .where(and(eq(r.certificateId, certificateId), eq(r.subscriberId, tenant)));
  const replaced = (await replacedCertificates(on, [certificateId])).get(certificateId);
  if (!row || !replaced) return null;
  const { request, organization, certificate } = row;
  const { product, shape, subjectLanguage, licences, issueNoticeEmail, place, orderNumber, memo } = request;
  return {
    ...certificate,
    certificateId,
    organization,
    product,
    shape,
    subjectLanguage,
    licences,
    issueNoticeEmail,
    place,
    orderNumber,
    memo,
    key: request.keyDescription,
    commonName: displayName(request.commonName),
    names: request.names.map(displayName),
    problem: replaceable(replaced, now),
  };
}
