import { system } from "../../kernel/actor.ts";
import { dayInJapan } from "../../kernel/clock.ts";
import { type Id, randomCode } from "../../kernel/ids.ts";
import { type Cancellable, deadlineOf, declarationOf, type Ground, isCancellable } from "../revocation.ts";

/**
 * 証明書の問題報告 (certificate problem report, BR 4.9.3): what anybody may tell the issuer about a certificate, and by
 * when the issuer must have answered and decided (BR 4.9.5).
 */

export const REPORT_CATEGORIES = [
  "KEY_COMPROMISE",
  "MISUSE",
  "WRONG_CONTENT",
  "NO_RIGHT_TO_NAME",
  "OTHER",
] as const;
export type ReportCategory = (typeof REPORT_CATEGORIES)[number];

/**
 * Every end is final: who learns more afterwards files or opens another report. SETTLED: whatever would be revoked is
 * revoked or planned to be already, so that neither a revocation nor a refusal is left to decide.
 */
export const REPORT_STATES = ["OPEN", "REVOCATION_ORDERED", "SETTLED", "DISMISSED"] as const;
export type ReportState = (typeof REPORT_STATES)[number];

/** What has been done about a certificate on a report. */
export interface CertificateStanding {
  readonly notAfter: Temporal.Instant;
  readonly revokedAt: Temporal.Instant | null;
  /** When a planned revocation will be carried out. */
  readonly plannedAt: Temporal.Instant | null;
  /** It rests on the word of a subscriber, who may call it off again. */
  readonly subscriberMayCallOff: boolean;
}

/**
 * Does a planned revocation rest on a subscriber's word alone, so that its operators may still call it off?
 * @param declaredIn the order in which the certificate's key was declared compromised; null: proven or not blocked
 */
export const maySubscriberCallOff = (
  order: Cancellable,
  declaredIn: Id | null,
  now: Temporal.Instant,
): boolean => declarationOf(order) !== null && isCancellable(order, declaredIn, SUBSCRIBERS, now);

/** Who asks: what a subscriber may call off is decided by the order, not by which of its operators it is. */
const SUBSCRIBERS = system("problem-report");

/** Can it still be revoked because of the report: neither revoked nor past its end, with a plan or without? */
export const isRevocable = (
  { notAfter, revokedAt }: Pick<CertificateStanding, "notAfter" | "revokedAt">,
  now: Temporal.Instant,
): boolean => revokedAt === null && Temporal.Instant.compare(notAfter, now) >= 0;

/**
 * Is everything on a report revoked or planned already, but for what has run out by itself? A plan counts where it is
 * carried out by the time the report must be decided (BR 4.9.5), and no subscriber can call it off.
 */
export function isSettled(
  certificates: readonly CertificateStanding[],
  decisionDueAt: Temporal.Instant,
  now: Temporal.Instant,
): boolean {
  const isPlanned = ({ plannedAt, subscriberMayCallOff }: CertificateStanding) =>
    plannedAt !== null && !subscriberMayCallOff && Temporal.Instant.compare(plannedAt, decisionDueAt) <= 0;
  const dealtWith = certificates.filter((one) => one.revokedAt !== null || isPlanned(one));
  return dealtWith.length > 0 && certificates.every((one) => isPlanned(one) || !isRevocable(one, now));
}

/**
 * What a report's proof came to. PROVEN: whoever reports holds the private key. NAMED: the key is known, from a CSR
 * that any of its holder's correspondents may have, and nothing more. See docs/decisions on proofs of compromise.
 */
export const PROOF_RESULTS = ["NONE", "NAMED", "PROVEN"] as const;
export type ProofResult = (typeof PROOF_RESULTS)[number];
export const PROOF_KINDS = ["PRIVATE_KEY", "CSR"] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];

/** How a certificate came to stand on a report. */
export const FOUND_BY = ["KEY", "FINGERPRINT", "SERIAL", "NAME", "STAFF"] as const;
export type FoundBy = (typeof FOUND_BY)[number];

export const REPORT_EVENTS = [
  "RECEIVED",
  "KEY_BLOCKED",
  "REVOCATIONS_ORDERED",
  "ASSIGNED",
  "NOTED",
  "CERTIFICATE_ATTACHED",
  "CERTIFICATE_DETACHED",
  "PRELIMINARY_SENT",
  "WARNED",
  "UPHELD",
  "SETTLED",
  "DISMISSED",
] as const;
export type ReportEvent = (typeof REPORT_EVENTS)[number];

/** The ground that a category usually comes to; null where only the investigation can tell. */
export const GROUND_OF: Readonly<Record<ReportCategory, Ground | null>> = {
  KEY_COMPROMISE: "KEY_COMPROMISE",
  MISUSE: "MISUSE",
  WRONG_CONTENT: "WRONG_DATA",
  NO_RIGHT_TO_NAME: "NO_RIGHT_TO_NAME",
  OTHER: null,
};

/** BR 4.9.5: within 24 hours of the report, its facts are investigated and both sides have a preliminary report. */
export const PRELIMINARY_HOURS = 24;

export interface ReportClock {
  readonly preliminaryDueAt: Temporal.Instant;
  readonly decisionDueAt: Temporal.Instant;
}

/**
 * The two clocks of a report. The time allowed for a revocation runs from the receipt of the report (BR 4.9.5), and an
 * unknown ground might be one of 24 hours.
 */
export function clockOf(category: ReportCategory, receivedAt: Temporal.Instant): ReportClock {
  return {
    preliminaryDueAt: receivedAt.add({ hours: PRELIMINARY_HOURS }),
    decisionDueAt: deadlineOf(GROUND_OF[category] ?? "KEY_COMPROMISE", receivedAt),
  };
}

/** What of a report its deadlines depend on. */
export interface Timed extends ReportClock {
  readonly state: ReportState;
  readonly preliminarySentAt: Temporal.Instant | null;
}

/** The deadline that runs out first; null once the report is decided, since a decision says more than a first report. */
export function nextDueAt(report: Timed): Temporal.Instant | null {
  if (report.state !== "OPEN") return null;
  if (report.preliminarySentAt !== null) return report.decisionDueAt;
  return Temporal.Instant.compare(report.preliminaryDueAt, report.decisionDueAt) < 0
    ? report.preliminaryDueAt
    : report.decisionDueAt;
}

/** How near a deadline is: from 6 hours before, from 1 hour before, and after it. */
export const URGENCIES = ["CALM", "SOON", "URGENT", "OVERDUE"] as const;
export type Urgency = (typeof URGENCIES)[number];

/** From so long before a deadline on the desk is warned. */
export const WARNED_AHEAD = Temporal.Duration.from({ hours: 6 });

/** At the deadline itself there is still time; one moment later there is none. */
export function urgencyOf(dueAt: Temporal.Instant, now: Temporal.Instant): Urgency {
  const reached = (at: Temporal.Instant) => Temporal.Instant.compare(now, at) >= 0;
  if (Temporal.Instant.compare(now, dueAt) > 0) return "OVERDUE";
  if (reached(dueAt.subtract({ hours: 1 }))) return "URGENT";
  return reached(dueAt.subtract(WARNED_AHEAD)) ? "SOON" : "CALM";
}

/** Is `now` a later stage than the one that was warned of? */
export const isWorse = (now: Urgency, warned: Urgency): boolean =>
  URGENCIES.indexOf(now) > URGENCIES.indexOf(warned);

/**
 * 受付番号 of a report: P-20261121-7K3QXZ2M. 40 random bits, because it is all that an anonymous reporter has to name
 * the report by.
 */
export function newReportNumber(now: Temporal.Instant): string {
  return `P-${dayInJapan(now).toString().replaceAll("-", "")}-${randomCode(40)}`;
}
