import type { Reader } from "../db/index.ts";
import { catalogue } from "../i18n/index.ts";
import type { Language } from "../kernel/languages.ts";
import { readSetting } from "../settings/index.ts";
import { deadlineOf } from "./revocation.ts";

/** How long a subscriber has to change a compromised key before the revocation, unless the setting says otherwise. */
export const DEFAULT_NOTICE_HOURS = 4;

interface Notice {
  /** 24 hours after the issuer learnt of it (BR 4.9.1.1). */
  readonly dueAt: Temporal.Instant;
  /** When the notice is over that began at `from`: `dueAt` at the latest. */
  readonly executeAt: Temporal.Instant;
}

/** The notice that subscribers get of a proven compromise which the issuer has known of since `knownAt`. */
export async function noticeOf(
  on: Reader,
  knownAt: Temporal.Instant,
  from: Temporal.Instant,
): Promise<Notice> {
  const hours = (await readSetting(on, "compromiseNoticeHours")) ?? DEFAULT_NOTICE_HOURS;
  const dueAt = deadlineOf("KEY_COMPROMISE", knownAt);
  const end = from.add({ hours });
  return { dueAt, executeAt: Temporal.Instant.compare(end, dueAt) < 0 ? end : dueAt };
}

const REPORT = "problem report ";

/** What is kept with a key that a problem report has proven; the explanation to subscribers names the report. */
export const evidenceOfReport = (receiptNumber: string): string => `${REPORT}${receiptNumber}`;

/** What subscribers read of a proven compromise, by the evidence that is kept with the key. */
export const explanationOf = (evidence: string, language: Language | null): string =>
  catalogue(language ?? "ja").problemReports.explanation(
    evidence.startsWith(REPORT) ? evidence.slice(REPORT.length) : null,
  );
