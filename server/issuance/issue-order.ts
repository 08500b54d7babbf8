import type { IssueOrder } from "../authority/index.ts";
import { wholeSecond } from "../kernel/clock.ts";
import type { VettedRecord } from "../organizations/index.ts";
import { spkiOfCsr } from "../pki/index.ts";
import { type StoredRequest, subjectOfRequest } from "../requests/index.ts";
import { notAfterOf } from "../rules/index.ts";

/** Clocks of clients run a little behind; BR 7.1.2.7 allows 48 hours. */
const BACKDATED = Temporal.Duration.from({ minutes: 5 });

const purposeOf = (requestId: string): string => `request:${requestId}`;

/**
 * What the authority is asked to sign for a request: the subject out of the vetted record, the names of the request,
 * the key alone out of the CSR, and the whole term counted from notBefore, both ends included (BR 6.3.2).
 * Problems: english-fields-missing, ev-not-enabled.
 */
export function issueOrder(request: StoredRequest, record: VettedRecord, now: Temporal.Instant): IssueOrder {
  const notBefore = wholeSecond(now).subtract(BACKDATED);
  return {
    role: request.product === "EV" ? "CUSTOMER_EV" : "CUSTOMER_OV",
    profile: request.product === "EV" ? "SERVER_EV" : "SERVER_OV",
    subject: subjectOfRequest(request, record),
    names: request.names,
    spki: spkiOfCsr(request.csrDer),
    notBefore,
    // A reissue ends when the certificate it replaces would have.
    notAfter: request.endsAt ?? notAfterOf(notBefore, request.termDays),
    purpose: purposeOf(request.id),
    subscriberId: request.subscriberId,
    organizationId: request.organizationId,
  };
}
