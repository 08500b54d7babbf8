/** The only source of "now". Passed in as an argument, never imported, so that a test can stand on any day. */
export interface Clock {
  now(): Temporal.Instant;
}

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** Japan has had no daylight saving since 1951; every day and month the contract speaks of is a day here. */
export const JAPAN = "Asia/Tokyo";

export function dayInJapan(at: Temporal.Instant): Temporal.PlainDate {
  return at.toZonedDateTimeISO(JAPAN).toPlainDate();
}

/** As lists, mails and spreadsheets read it: 2026-11-21 14:05, Japan's time. */
export function timeInJapan(at: Temporal.Instant, smallestUnit: "minute" | "second" = "minute"): string {
  const key = `${at.epochMilliseconds} ${smallestUnit}`;
  const known = printedTimes.get(key);
  if (known !== undefined) return known;
  const text = at.toZonedDateTimeISO(JAPAN).toPlainDateTime().toString({ smallestUnit }).replace("T", " ");
  if (printedTimes.size >= 256) printedTimes.clear();
  printedTimes.set(key, text);
  return text;
}

/** A thousand mails of one minute tell the same two times. */
const printedTimes = new Map<string, string>();

/** Certificates carry whole seconds (RFC 5280 4.1.2.5). */
export function wholeSecond(at: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at.epochMilliseconds / 1000) * 1000);
}
