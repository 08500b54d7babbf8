import type { Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { isProblem, type Problem } from "../kernel/problem.ts";
import type { SubjectLanguage } from "../organizations/index.ts";
import { type Csr, parseCsr, requireStrongKey, verifyCsrSignature } from "../pki/index.ts";
import { CHECK_FIELDS, type Check, checkRequest } from "./checks.ts";
import { factsOf } from "./facts.ts";
import type { ReissueReason, RequestKind } from "./replacement.ts";
import type { Product, Shape } from "./request.ts";
import { type RequestedNames, requestedNames } from "./requested-names.ts";

/** A request as the applicant hands it in. */
export interface Submission {
  readonly organizationId: Id;
  readonly product: Product;
  readonly shape: Shape;
  readonly subjectLanguage: SubjectLanguage;
  /** PEM or DER, as pasted or uploaded. */
  readonly csr: string | Uint8Array;
  readonly commonName: string;
  /** As typed: lines, commas, spaces. */
  readonly additionalNames: string;
  readonly termDays: number;
  readonly licences: number;
  readonly issueNoticeEmail: string;
  readonly place: string | null;
  readonly orderNumber: string | null;
  readonly memo: string | null;
  readonly kind: RequestKind;
  /** The certificate that is renewed or reissued. */
  readonly replacesCertificateId: Id | null;
  /** A reissue ends with the certificate it replaces. */
  readonly endsAt: Temporal.Instant | null;
  readonly reissueReason: ReissueReason | null;
  readonly reissueNote: string | null;
  /** Days until the replaced certificate is revoked; null: it stays until its end. */
  readonly graceDays: number | null;
}

type SubmissionField = keyof Submission | "";

/** One thing that is wrong, at its field. */
export interface FieldProblem {
  readonly field: SubmissionField;
  readonly problem: Problem;
}

/** What could be read of a submission without asking the database. */
export interface ReadSubmission {
  readonly csr: Csr | null;
  readonly requested: RequestedNames;
  readonly problems: readonly FieldProblem[];
}

/**
 * Reads the CSR and the names, and verifies the CSR's signature on the thread pool: never inside a transaction. What
 * is wrong is collected, so that the applicant hears everything at once.
 */
export async function readSubmission(submission: Submission): Promise<ReadSubmission> {
  const requested = requestedNames(submission.product, submission.shape, submission);
  const csr = await readCsr(submission.csr);
  const problems: FieldProblem[] = [...requested.problems];
  if (isProblem(csr))
    return { csr: null, requested, problems: [{ field: "csr", problem: csr }, ...problems] };
  return { csr, requested, problems };
}

/**
 * A CSR that may be asked with, or what is wrong with it: malformed, huge, of another type, weakly keyed, or with a
 * broken signature, each by its name.
 */
export async function readCsr(input: string | Uint8Array): Promise<Csr | Problem> {
  try {
    const csr = parseCsr(input);
    requireStrongKey(csr.publicKey);
    await verifyCsrSignature(csr);
    return csr;
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
}

/**
 * Everything that is wrong with a submission now, each at its field; empty when it may be submitted.
 * @throws Problem not-found for an organisation of somebody else
 */
export async function judgeSubmission(
  on: Reader,
  tenant: Tenant,
  submission: Submission,
  read: ReadSubmission,
  now: Temporal.Instant,
): Promise<readonly FieldProblem[]> {
  const facts = await factsOf(
    on,
    tenant,
    {
      organizationId: submission.organizationId,
      product: submission.product,
      names: read.requested.names,
      spkiSha256: read.csr?.publicKey.spkiSha256 ?? "",
      kind: submission.kind,
      replacesCertificateId: submission.replacesCertificateId,
    },
    now,
  );
  const known = new Set(read.problems.map(({ field }) => field));
  const commonName = read.requested.names[0];
  const refused = new Map(facts.coverage.problems.map(({ name, problem }) => [name, problem.code]));
  const uncovered = facts.coverage.problems
    // The base of a www name was added, not typed: the same fault is not told of it a second time.
    .filter(({ name, problem }) => refused.get(`www.${name}`) !== problem.code)
    .map(
      ({ name, problem }): FieldProblem => ({
        field: name === commonName || `www.${name}` === commonName ? "commonName" : "additionalNames",
        problem,
      }),
    );
  const checkable = {
    ...submission,
    commonName: commonName ?? "",
    names: read.requested.names,
    spkiSha256: read.csr?.publicKey.spkiSha256 ?? "",
    massRevocationId: null,
  };
  const others = checkRequest(checkable, facts, now)
    .filter(({ check }) => check !== "names")
    .flatMap(({ check, problems }) =>
      problems.map((problem) => ({ field: fieldOf(check, problem), problem })),
    );
  // A name that is already refused for what it is need not also be uncovered.
  return [...read.problems, ...uncovered.filter(({ field }) => !known.has(field)), ...others];
}

/** The old key is a fault of the CSR; whatever else a reissue may not change is one of the form as a whole. */
const fieldOf = (check: Check, problem: Problem): SubmissionField =>
  isProblem(problem, "reissue-same-key") ? "csr" : CHECK_FIELDS[check];
