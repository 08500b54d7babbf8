import { appendAudit } from "../audit/index.ts";
import { type Database, type Executor, isUniqueViolation } from "../db/index.ts";
import type { ApplicantActor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { queueMails } from "../outbox/index.ts";
import type { Csr } from "../pki/index.ts";
import { describeKey } from "./key-description.ts";
import { submittedMails } from "./mails.ts";
import { partiesOf } from "./parties.ts";
import { newReceiptNumber } from "./receipt-number.ts";
import { type NewRequest, requestStore, type StoredRequest } from "./store.ts";
import {
  type FieldProblem,
  judgeSubmission,
  type ReadSubmission,
  readSubmission,
  type Submission,
} from "./submission.ts";

/** What the use cases of requests need from outside. */
export interface RequestDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly mailFrom: string;
  /** Where people find the sites, without a trailing slash: links in mails. */
  readonly siteUrls: { readonly applicant: string; readonly operator: string };
}

export type SubmitOutcome =
  | { readonly ok: true; readonly id: Id; readonly receiptNumber: string; readonly repeated: boolean }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** What another room does in the transaction that stores a new request. */
export type AlsoSubmit = (tx: Executor, request: NewRequest, now: Temporal.Instant) => Promise<void>;

interface Sent {
  readonly submission: Submission;
  readonly submissionKey: string;
  readonly read: ReadSubmission;
  readonly also: AlsoSubmit;
}

/** Within this time the same person asking for the same key and names means the same request. */
const TWIN_WINDOW = Temporal.Duration.from({ seconds: 30 });

/**
 * Submits a request for approval. The CSR supplies the key alone; the names are those typed; the subject will come
 * from the vetted record. Sending the same check page twice gives the same request.
 *
 * A refused attempt leaves only an audit entry with the problems' codes: nothing of the CSR.
 * @throws Problem not-found for an organisation or a renewed certificate of somebody else
 */
export async function submitRequest(
  deps: RequestDeps,
  actor: ApplicantActor,
  submission: Submission,
  submissionKey: string,
  also: AlsoSubmit = async () => {},
): Promise<SubmitOutcome> {
  const read = await readSubmission(submission);
  const submit = () =>
    deps.db.transact((tx) => store(tx, deps, actor, { submission, submissionKey, read, also }));
  try {
    return await submit();
  } catch (error) {
    // The same page sent twice at once, or a receipt number that exists: the second look finds out which.
    if (isUniqueViolation(error)) return submit();
    throw error;
  }
}

async function store(
  tx: Executor,
  deps: RequestDeps,
  actor: ApplicantActor,
  { submission, submissionKey, read, also }: Sent,
): Promise<SubmitOutcome> {
  const now = deps.clock.now();
  const requests = requestStore(tx, actor.tenant);
  const before = await requests.bySubmission(actor.userId, submissionKey);
  if (before) return repeated(before);

  const problems = await judgeSubmission(tx, actor.tenant, submission, read, now);
  if (problems.length > 0 || read.csr === null) {
    await auditRefusal(tx, actor, problems, now);
    return { ok: false, problems };
  }
  if (submission.replacesCertificateId !== null)
    await requireOwn(tx, actor, submission.replacesCertificateId);
  const underWay =
    submission.kind === "REISSUE" && (await requests.reissueUnderWay(submission.replacesCertificateId));
  if (underWay) return { ok: false, problems: [{ field: "", problem: new Problem("reissue-under-way") }] };

  const request = newRequest(actor, submission, submissionKey, read.csr, read.requested.names, now);
  const twin = await requests.twin(request, now.subtract(TWIN_WINDOW));
  if (twin) return repeated(twin);
  await requests.add(request);
  await requests.note(request.id, "SUBMITTED", actor, now);
  await also(tx, request, now);
  const parties = await partiesOf(tx, actor.tenant);
  await queueMails(
    tx,
    submittedMails(request, actor.name, { tenant: actor.tenant, parties, frame: deps, at: now }),
  );
  const { receiptNumber, product, commonName, names, keyDescription, spkiSha256, termDays, kind } = request;
  await appendAudit(tx, [
    {
      tenant: actor.tenant,
      at: now,
      actor,
      action: "request.submitted",
      subject: { kind: "certificateRequest", id: request.id },
      details: {
        receiptNumber,
        product,
        commonName,
        names,
        key: keyDescription,
        spkiSha256,
        termDays,
        kind,
        ...replacing(request),
      },
    },
  ]);
  return { ok: true, id: request.id, receiptNumber, repeated: false };
}

/** What an audit entry says of the certificate whose place a request takes. */
function replacing({ replacesCertificateId = null, reissueReason = null, graceDays = null }: NewRequest) {
  return replacesCertificateId === null ? {} : { replacesCertificateId, reissueReason, graceDays };
}

const repeated = ({ id, receiptNumber }: StoredRequest): SubmitOutcome => ({
  ok: true,
  id,
  receiptNumber,
  repeated: true,
});

function newRequest(
  actor: ApplicantActor,
  submission: Submission,
  submissionKey: string,
  csr: Csr,
  names: readonly string[],
  now: Temporal.Instant,
): NewRequest {
  const { product, shape, subjectLanguage, organizationId, termDays, licences } = submission;
  const { issueNoticeEmail, place, orderNumber, memo, kind, replacesCertificateId } = submission;
  const { endsAt, reissueReason, reissueNote, graceDays } = submission;
  return {
    id: newId(),
    receiptNumber: newReceiptNumber(now),
    organizationId,
    requesterUserId: actor.userId,
    requesterPersonId: actor.personId,
    product,
    shape,
    subjectLanguage,
    commonName: names[0] ?? "",
    names: [...names],
    csrDer: csr.der,
    spkiSha256: csr.publicKey.spkiSha256,
    keyDescription: describeKey(csr.publicKey),
    termDays,
    licences,
    issueNoticeEmail,
    place,
    orderNumber,
    memo,
    kind,
    replacesCertificateId,
    endsAt,
    reissueReason,
    reissueNote,
    graceDays,
    massRevocationId: null,
    state: "PENDING_APPROVAL",
    submittedAt: now,
    submissionKey,
  };
}

/** A renewal renews a certificate of one's own. */
async function requireOwn(tx: Executor, actor: ApplicantActor, certificateId: Id): Promise<void> {
  const owned = await requestStore(tx, actor.tenant).ofCertificate(certificateId);
  if (!owned) throw new Problem("not-found");
}

/** Nothing of a refused CSR is kept, only that it was tried and why it was refused. */
export async function auditRefusal(
  tx: Executor,
  actor: ApplicantActor,
  problems: readonly FieldProblem[],
  now: Temporal.Instant,
): Promise<void> {
  await appendAudit(tx, [
    {
      tenant: actor.tenant,
      at: now,
      actor,
      action: "request.refused",
      subject: { kind: "user", id: actor.userId },
      details: { problems: problems.map(({ field, problem }) => `${field}: ${problem.code}`) },
    },
  ]);
}
