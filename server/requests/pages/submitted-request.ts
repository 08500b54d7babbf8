import { and, eq } from "drizzle-orm";
import type { Reader } from "../../db/index.ts";
import type { ApplicantActor } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { compromiseDeadline } from "../replacement.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

/** 完了: what the applicant should note down. */
export interface Receipt {
  readonly id: Id;
  readonly receiptNumber: string;
  readonly commonName: string;
  readonly issueNoticeEmail: string;
  readonly submittedAt: Temporal.Instant;
  /** The certificate whose key was called compromised, and by when it is revoked, approved or not. */
  readonly compromised: { readonly certificateId: Id; readonly until: Temporal.Instant } | null;
}

/** The receipt of a request; null when it is not this subscriber's. */
export async function receiptOf(on: Reader, actor: ApplicantActor, id: Id): Promise<Receipt | null> {
  const { certificateRequests: r } = requestTables(on.columns);
  const [row] = await on
    .select({
      id: r.id,
      receiptNumber: r.receiptNumber,
      commonName: r.commonName,
      issueNoticeEmail: r.issueNoticeEmail,
      submittedAt: r.submittedAt,
      reason: r.reissueReason,
      replaces: r.replacesCertificateId,
    })
    .from(r)
    .where(and(eq(r.id, id), eq(r.subscriberId, actor.tenant)));
  if (!row) return null;
  const { reason, replaces, ...receipt } = row;
  return {
    ...receipt,
    commonName: displayName(row.commonName),
    compromised:
      reason === "KEY_COMPROMISED" && replaces !== null
        ? { certificateId: replaces, until: compromiseDeadline(row.submittedAt) }
        : null,
  };
}

/** The request that a check page has already made; null while it was not sent. */
export async function sentFromDraft(
  on: Reader,
  actor: ApplicantActor,
  submissionKey: string,
): Promise<Id | null> {
  const { certificateRequests: r } = requestTables(on.columns);
  const [row] = await on
    .select({ id: r.id })
    .from(r)
    .where(
      and(
        eq(r.subscriberId, actor.tenant),
        eq(r.requesterUserId, actor.userId),
        eq(r.submissionKey, submissionKey),
      ),
    );
  return row?.id ?? null;
}
