import { and, asc, eq } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Actor, Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { isProblem, type Problem } from "../../kernel/problem.ts";
import { organizationTables, type SubjectLanguage } from "../../organizations/index.ts";
import { type NameAttribute, parseCsr, printName, toPem } from "../../pki/index.ts";
import { type Check, checkRequest } from "../checks.ts";
import { factsOf } from "../facts.ts";
import type { ReissueReason, RequestKind } from "../replacement.ts";
import {
  type CoverageEvidence,
  type IssueFailure,
  type NextStep,
  nextStep,
  type Product,
  type RequestEvent,
  type RequestState,
  type Shape,
} from "../request.ts";
import { type SubjectDifference, subjectDifferences, subjectOfRequest } from "../subject.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

interface TimelineEvent {
  readonly kind: RequestEvent;
  readonly at: Temporal.Instant;
  readonly actorKind: Actor["kind"];
  readonly actorName: string;
  readonly reason: string | null;
}

/** One name of a request and the validation behind it, now or, once issued, when it was issued. */
interface NameOnRequest {
  readonly name: string;
  readonly evidence: CoverageEvidence | null;
}

/** What a renewal changes against the certificate it renews. */
interface RenewalChanges {
  readonly certificateId: Id;
  readonly notAfter: Temporal.Instant;
  readonly sameKey: boolean;
  readonly changes: readonly {
    readonly field: "names" | "product" | "subjectLanguage" | "term" | "key" | "organization" | "licences";
    readonly before: string;
    readonly after: string;
  }[];
}

/** Everything about one request. The operator's page shows the same. */
export interface RequestDetail {
  readonly id: Id;
  readonly receiptNumber: string;
  readonly state: RequestState;
  readonly version: number;
  readonly product: Product;
  readonly shape: Shape;
  readonly subjectLanguage: SubjectLanguage;
  readonly commonName: string;
  readonly names: readonly NameOnRequest[];
  readonly organization: { readonly id: Id; readonly name: string };
  readonly requester: { readonly personId: Id; readonly userId: Id; readonly name: string };
  readonly key: string;
  readonly spkiSha256: string;
  readonly csrPem: string;
  readonly csrSubject: string;
  readonly csrNames: readonly string[];
  /** As the certificate will say it; empty while the record cannot give one. */
  readonly subject: string;
  readonly differences: readonly SubjectDifference[];
  /** Asked now; null once the request has ended, when they say nothing any more. */
  readonly checks: readonly { readonly check: Check; readonly problems: readonly Problem[] }[] | null;
  readonly renewal: RenewalChanges | null;
  readonly kind: RequestKind;
  readonly replacesCertificateId: Id | null;
  readonly endsAt: Temporal.Instant | null;
  readonly reissueReason: ReissueReason | null;
  readonly reissueNote: string | null;
  readonly graceDays: number | null;
  readonly massRevocationId: Id | null;
  readonly termDays: number;
  readonly licences: number;
  readonly issueNoticeEmail: string;
  readonly installedAt: string | null;
  readonly orderNumber: string | null;
  readonly memo: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Temporal.Instant | null;
  readonly decisionReason: string | null;
  readonly failure: IssueFailure | null;
  readonly submittedAt: Temporal.Instant;
  readonly certificateId: Id | null;
  readonly events: readonly TimelineEvent[];
  readonly next: NextStep;
}

/** One request with its checks, differences and timeline; null when it is not this subscriber's. */
export async function showRequest(
  on: Reader,
  tenant: Tenant,
  id: Id,
  now: Temporal.Instant,
): Promise<RequestDetail | null> {
  const { certificateRequests: r, requestEvents: e } = requestTables(on.columns);
  const { applicantOrganizations: o, people: p } = organizationTables(on.columns);
  const [row] = await on
    .select({ request: r, organization: o, requestedBy: p.name })
    .from(r)
    .innerJoin(o, eq(o.id, r.organizationId))
    .innerJoin(p, eq(p.id, r.requesterPersonId))
    .where(and(eq(r.id, id), eq(r.subscriberId, tenant)));
  if (!row) return null;
  const { request, organization } = row;
  const events = await on
    .select({ kind: e.kind, at: e.at, actorKind: e.actorKind, actorName: e.actorName, reason: e.reason })
    .from(e)
    .where(and(eq(e.requestId, id), eq(e.subscriberId, tenant)))
    .orderBy(asc(e.id));

  const open = request.state === "PENDING_APPROVAL" || request.state === "APPROVED";
  const facts = open && organization.state !== "REMOVED" ? await factsOf(on, tenant, request, now) : null;
  const evidence = request.coverage ?? facts?.coverage.evidence ?? [];
  const csr = parseCsr(request.csrDer);
  const subject = subjectOrNone(request, organization);
  const { names, place, ...same } = request;
  return {
    ...same,
    commonName: displayName(request.commonName),
    names: names.map((name) => ({
      name: displayName(name),
      evidence: evidence.find((one) => one.name === name) ?? null,
    })),
    organization: { id: organization.id, name: organization.nameJa },
    requester: {
      personId: request.requesterPersonId,
      userId: request.requesterUserId,
      name: row.requestedBy,
    },
    key: request.keyDescription,
    csrPem: toPem("CERTIFICATE REQUEST", request.csrDer),
    csrSubject: printName(csr.subject),
    csrNames: csr.requestedNames,
    subject: printName(subject),
    differences: subjectDifferences(csr.subject, subject),
    checks: facts === null ? null : checkRequest(request, facts, now),
    renewal: await renewalOf(on, tenant, request, organization.nameJa),
    installedAt: place,
    events: events.map((event) => ({ ...event, actorKind: event.actorKind as Actor["kind"] })),
    next: nextStep(request),
  };
}

function subjectOrNone(...args: Parameters<typeof subjectOfRequest>): NameAttribute[] {
  try {
    return subjectOfRequest(...args);
  } catch (error) {
    if (isProblem(error)) return [];
    throw error;
  }
}

type RequestRecord = ReturnType<typeof requestTables>["certificateRequests"]["$inferSelect"];

async function renewalOf(
  on: Reader,
  tenant: Tenant,
  request: RequestRecord,
  organization: string,
): Promise<RenewalChanges | null> {
  if (request.replacesCertificateId === null) return null;
  const { certificateRequests: r } = requestTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const { applicantOrganizations: o } = organizationTables(on.columns);
  const [found] = await on
    .select({ before: r, organization: o.nameJa, notAfter: c.notAfter })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .innerJoin(o, eq(o.id, r.organizationId))
    .where(and(eq(r.certificateId, request.replacesCertificateId), eq(r.subscriberId, tenant)));
  if (!found) return null;
  const { before } = found;
  const listed = (names: readonly string[]) => names.map(displayName).join(", ");
  const compared = [
    { field: "names", before: listed(before.names), after: listed(request.names) },
    { field: "organization", before: found.organization, after: organization },
    { field: "product", before: before.product, after: request.product },
    { field: "subjectLanguage", before: before.subjectLanguage, after: request.subjectLanguage },
    { field: "term", before: String(before.termDays), after: String(request.termDays) },
    { field: "licences", before: String(before.licences), after: String(request.licences) },
    { field: "key", before: before.keyDescription, after: request.keyDescription },
  ] as const;
  return {
    certificateId: request.replacesCertificateId,
    notAfter: found.notAfter,
    sameKey: before.spkiSha256 === request.spkiSha256,
    changes: compared.filter((one) => one.before !== one.after),
  };
}
