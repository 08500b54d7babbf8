import { and, eq } from "drizzle-orm";
import type { Reader } from "../../db/index.ts";
import type { ApplicantActor } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

/** 完了: what the applicant should note down. */
export interface Receipt {
  readonly id: Id;
  readonly receiptNumber: string;
  readonly commonName: string;
  readonly issueNoticeEmail: string;
  readonly submittedAt: Temporal.Instant;
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
    })
    .from(r)
    .where(and(eq(r.id, id), eq(r.subscriberId, actor.tenant)));
  return row ? { ...row, commonName: displayName(row.commonName) } : null;
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
