import { and, asc, eq, ne } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import { domainTables } from "../../domains/index.ts";
import type { ApplicantActor, Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

/** What the form offers a subscriber. */
export interface RequestFormChoices {
  readonly organizations: readonly {
    readonly id: Id;
    readonly name: string;
    readonly nameEn: string | null;
    readonly evEnabled: boolean;
    readonly domains: readonly string[];
  }[];
  /** Where the applicant's own notices go, until the form says otherwise. */
  readonly email: string;
}

/** The organisations one may ask for, with their validated domains. */
export async function requestFormChoices(on: Reader, actor: ApplicantActor): Promise<RequestFormChoices> {
  const { applicantOrganizations: o, people: p } = organizationTables(on.columns);
  const { domains: d } = domainTables(on.columns);
  const organizations = await on
    .select({ id: o.id, name: o.nameJa, nameEn: o.nameEn, evEnabled: o.evEnabled })
    .from(o)
    .where(and(eq(o.subscriberId, actor.tenant), ne(o.state, "REMOVED")))
    .orderBy(asc(o.id));
  const domains = await on
    .select({ organizationId: d.organizationId, name: d.unicodeName })
    .from(d)
    .where(and(eq(d.subscriberId, actor.tenant), eq(d.state, "VALIDATED")))
    .orderBy(asc(d.name));
  const [person] = await on
    .select({ email: p.email })
    .from(p)
    .where(and(eq(p.id, actor.personId), eq(p.subscriberId, actor.tenant)));
  return {
    organizations: organizations.map((organization) => ({
      ...organization,
      domains: domains.filter((one) => one.organizationId === organization.id).map(({ name }) => name),
    })),
    email: person?.email ?? "",
  };
}

/** A request's contents as form values, for asking again; the CSR is left out, since the key should be new. */
export interface RequestAsForm {
  readonly values: Readonly<Record<string, string>>;
  readonly commonName: string;
  /** When the certificate to be renewed ends; null when the request is only repeated. */
  readonly renewing: { readonly certificateId: Id; readonly notAfter: Temporal.Instant } | null;
}

/** 「前回と同じ内容で更新」 and asking again: by certificate or by request; null when it is not this subscriber's. */
export async function requestAsForm(
  on: Reader,
  tenant: Tenant,
  of: { readonly certificateId: Id } | { readonly requestId: Id },
): Promise<RequestAsForm | null> {
  const { certificateRequests: r } = requestTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const which = "certificateId" in of ? eq(r.certificateId, of.certificateId) : eq(r.id, of.requestId);
  const [row] = await on
    .select({ request: r, notAfter: c.notAfter })
    .from(r)
    .leftJoin(c, eq(c.id, r.certificateId))
    .where(and(which, eq(r.subscriberId, tenant)));
  if (!row) return null;
  const { request, notAfter } = row;
  const [commonName = "", ...others] = request.names.map(displayName);
  const renewed = "certificateId" in of ? of.certificateId : request.replacesCertificateId;
  return {
    commonName,
    renewing:
      "certificateId" in of && notAfter !== null ? { certificateId: of.certificateId, notAfter } : null,
    values: {
      organizationId: request.organizationId,
      product: request.product,
      shape: request.shape,
      subjectLanguage: request.subjectLanguage,
      commonName,
      additionalNames: others.join("\n"),
      termDays: String(request.termDays),
      licences: String(request.licences),
      issueNoticeEmail: request.issueNoticeEmail,
      place: request.place ?? "",
      orderNumber: request.orderNumber ?? "",
      memo: request.memo ?? "",
      replacesCertificateId: renewed ?? "",
      graceDays: request.kind === "RENEWAL" && request.graceDays !== null ? String(request.graceDays) : "",
    },
  };
}

/** Does a certificate of this subscriber already use that key (SHA-256 of SubjectPublicKeyInfo)? */
export async function isKeyInUse(on: Reader, tenant: Tenant, spkiSha256: string): Promise<boolean> {
  const { certificates: c } = authorityTables(on.columns);
  const [row] = await on
    .select({ id: c.id })
    .from(c)
    .where(and(eq(c.spkiSha256, spkiSha256), eq(c.subscriberId, tenant)))
    .limit(1);
  return row !== undefined;
}
