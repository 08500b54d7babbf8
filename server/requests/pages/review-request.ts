import { and, eq, inArray } from "drizzle-orm";
import { type Contract, contractInForce } from "../../contracts/index.ts";
import type { Reader } from "../../db/index.ts";
import { type ApprovalScope, domainTables } from "../../domains/index.ts";
import type { OperatorActor, Tenant } from "../../kernel/actor.ts";
import { dayInJapan } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import { isProblem, type Problem } from "../../kernel/problem.ts";
import { isVetted, organizationTables } from "../../organizations/index.ts";
import { notAfterOf, validationLapsesAt } from "../../rules/index.ts";
import type { Check, CheckResult } from "../checks.ts";
import { partiesOf } from "../parties.ts";
import { approve, type Decidable, mayHappen } from "../request.ts";
import { type RequestDetail, showRequest } from "./show-request.ts";

/** The validation behind a name, with its age and the moment it lapses (BR 4.2.1). */
interface ReviewedValidation {
  readonly name: string;
  readonly validation: {
    readonly domainId: Id;
    readonly method: string;
    readonly authorizationDomainName: string;
    readonly scope: ApprovalScope;
    readonly validatedAt: Temporal.Instant;
    readonly lapsesAt: Temporal.Instant;
    /** Within a month: a renewal of this certificate will need it again. */
    readonly lapsesSoon: boolean;
  } | null;
}

/** Beside the checks that decide: what an approver should have seen. Never in the way, except for four eyes. */
const ADVICE = ["fourEyes", "newKey", "sameSubject"] as const;

/** One line of the list that an approver goes through. */
interface Finding {
  readonly check: Check | (typeof ADVICE)[number];
  readonly tone: "ok" | "warn" | "err";
  readonly problems: readonly Problem[];
}

const SOON = Temporal.Duration.from({ hours: 24 * 30 });

/** What an approver has to know besides the request itself. */
export interface ReviewRequest {
  readonly detail: RequestDetail;
  readonly names: readonly ReviewedValidation[];
  readonly organization: {
    readonly nameJa: string;
    readonly nameEn: string | null;
    readonly registryNumber: string | null;
    readonly address: string;
    readonly vetted: boolean;
    readonly vettedUntil: Temporal.Instant | null;
  };
  readonly contract: Contract | null;
  /** When the certificate would end if it were issued now. */
  readonly wouldEndAt: Temporal.Instant;
  /** Not yet decided. */
  readonly pending: boolean;
  /** Every check and advice with its result; empty once the request has ended. */
  readonly findings: readonly Finding[];
  /** Why this operator cannot approve it; null: may. */
  readonly approvalProblem: Problem | null;
  readonly mayCancel: boolean;
}

/** One request for the operator who decides about it; null when there is none, another subscriber's included. */
export async function reviewRequest(
  on: Reader,
  operator: OperatorActor,
  id: Id,
  now: Temporal.Instant,
): Promise<ReviewRequest | null> {
  const { tenant } = operator;
  const detail = await showRequest(on, tenant, id, now);
  if (!detail) return null;
  const { applicantOrganizations: o } = organizationTables(on.columns);
  const [record] = await on
    .select()
    .from(o)
    .where(and(eq(o.id, detail.organization.id), eq(o.subscriberId, tenant)));
  if (!record) return null;
  const { policy } = await partiesOf(on, tenant);
  const samePerson = detail.requester.personId === operator.personId;
  const decidable = { state: detail.state, requesterPersonId: detail.requester.personId };
  return {
    detail,
    names: await reviewedNames(on, tenant, detail.names, now),
    organization: {
      nameJa: record.nameJa,
      nameEn: record.nameEn,
      registryNumber: record.registryNumber,
      address: `${record.prefecture}${record.localityJa}${record.street}`,
      vetted: isVetted(record, now),
      vettedUntil: record.vettedUntil,
    },
    contract: await contractInForce(on, tenant, dayInJapan(now)),
    wouldEndAt: detail.endsAt ?? notAfterOf(now, detail.termDays),
    pending: mayHappen("approve", detail.state),
    findings: findingsOf(detail, { samePerson, allowed: policy.samePersonMayApprove }),
    approvalProblem: approvalProblem(decidable, operator, policy, detail.checks ?? []),
    mayCancel: mayHappen("cancel", detail.state),
  };
}

/** Why an operator may not approve a request as it stands: its state, four eyes, or the first failed check. */
export function approvalProblem(
  request: Decidable,
  operator: Pick<OperatorActor, "personId">,
  policy: Parameters<typeof approve>[2],
  checks: readonly CheckResult[],
): Problem | null {
  try {
    approve(request, operator, policy);
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
  return checks.flatMap(({ problems }) => problems)[0] ?? null;
}

function findingsOf(
  detail: RequestDetail,
  eyes: { readonly samePerson: boolean; readonly allowed: boolean },
): readonly Finding[] {
  if (detail.checks === null) return [];
  const checked = detail.checks.map(({ check, problems }): Finding => {
    return { check, tone: problems.length === 0 ? "ok" : "err", problems };
  });
  const fourEyes: Finding = {
    check: "fourEyes",
    tone: eyes.samePerson ? (eyes.allowed ? "warn" : "err") : "ok",
    problems: [],
  };
  // A reissue with the old key does not come so far.
  const newKey: Finding[] =
    detail.renewal && detail.kind === "RENEWAL"
      ? [{ check: "newKey", tone: detail.renewal.sameKey ? "warn" : "ok", problems: [] }]
      : [];
  const sameSubject: Finding = {
    check: "sameSubject",
    tone: detail.differences.every(({ same, inCsr }) => same || inCsr === null) ? "ok" : "warn",
    problems: [],
  };
  return [fourEyes, ...checked, ...newKey, sameSubject];
}

async function reviewedNames(
  on: Reader,
  tenant: Tenant,
  names: RequestDetail["names"],
  now: Temporal.Instant,
): Promise<ReviewedValidation[]> {
  const { domainValidations: v } = domainTables(on.columns);
  const ids = [...new Set(names.flatMap(({ evidence }) => (evidence ? [evidence.validationId] : [])))];
  const rows =
    ids.length === 0
      ? []
      : await on
          .select()
          .from(v)
          .where(and(inArray(v.id, ids), eq(v.subscriberId, tenant)));
  const validations = new Map(rows.map((row) => [row.id, row]));
  return names.map(({ name, evidence }) => {
    const row = evidence ? validations.get(evidence.validationId) : undefined;
    if (!row) return { name, validation: null };
    const lapsesAt = validationLapsesAt(row.method, row.startedAt);
    return {
      name,
      validation: {
        domainId: row.domainId,
        method: row.method,
        authorizationDomainName: row.authorizationDomainName ?? row.name,
        scope: row.scope,
        validatedAt: row.validatedAt ?? row.startedAt,
        lapsesAt,
        lapsesSoon: Temporal.Instant.compare(lapsesAt, now.add(SOON)) < 0,
      },
    };
  });
}
