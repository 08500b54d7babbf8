import {
  type DatedRow,
  type DatedTable,
  day,
  daysAfter,
  inForce,
  instantOf,
  type Moment,
  SECONDS_PER_DAY,
} from "./dated.ts";

/** How long a subscriber certificate may live and how long what was checked for it may be used again. */
export interface ValidityRow extends DatedRow {
  /** The longest validity period in days, both ends included (BR 6.3.2). */
  readonly longestDays: number;
  /** What BR 6.3.2 recommends: one day less, so that no rounding can step over the limit. */
  readonly recommendedDays: number;
  /** The longest validity of a short-lived certificate, which needs no CRL or OCSP (BR 1.6.1, 7.1.2.11.2). */
  readonly shortLivedDays: number;
  /** Reuse of a domain or address validation, in days (BR 4.2.1). */
  readonly validationReuseDays: number;
  /** Reuse of what was collected about the subject's identity, in days (BR 4.2.1, EVG 3.2.2.14.3). */
  readonly identityReuseDays: number;
  readonly source: string;
}

/** Baseline Requirements 2.3.1, sections 4.2.1 and 6.3.2, as changed by ballot SC-081. */
export const PUBLIC_VALIDITY: DatedTable<ValidityRow> = [
  {
    from: null,
    longestDays: 398,
    recommendedDays: 397,
    shortLivedDays: 10,
    validationReuseDays: 398,
    identityReuseDays: 825,
    source: "BR 6.3.2, 4.2.1",
  },
  {
    from: day("2026-03-15"),
    longestDays: 200,
    recommendedDays: 199,
    shortLivedDays: 7,
    validationReuseDays: 200,
    identityReuseDays: 398,
    source: "BR 6.3.2, 4.2.1 (SC-081)",
  },
  {
    from: day("2027-03-15"),
    longestDays: 100,
    recommendedDays: 99,
    shortLivedDays: 7,
    validationReuseDays: 100,
    identityReuseDays: 398,
    source: "BR 6.3.2, 4.2.1 (SC-081)",
  },
  {
    from: day("2029-03-15"),
    longestDays: 47,
    recommendedDays: 46,
    shortLivedDays: 7,
    validationReuseDays: 10,
    identityReuseDays: 398,
    source: "BR 6.3.2, 4.2.1 (SC-081)",
  },
];

/** notBefore lies within this many hours of the signature, on either side (BR 7.1.2.7). */
const NOT_BEFORE_WINDOW_HOURS = 48;

/** The longest validity in days of a certificate issued at `on` (BR 6.3.2). */
export function longestValidityDays(on: Moment, table: DatedTable<ValidityRow> = PUBLIC_VALIDITY): number {
  return inForce(table, on).longestDays;
}

/** The validity in days that BR 6.3.2 recommends for a certificate issued at `on`: 199, 99, 46. */
export function recommendedValidityDays(
  on: Moment,
  table: DatedTable<ValidityRow> = PUBLIC_VALIDITY,
): number {
  return inForce(table, on).recommendedDays;
}

/** Days for which what was collected about an organisation or a person may be used again (BR 4.2.1). */
export function identityReuseLimit(on: Moment, table: DatedTable<ValidityRow> = PUBLIC_VALIDITY): number {
  return inForce(table, on).identityReuseDays;
}

/**
 * The validity of a certificate in days as auditors count it: both ends included, and one second more than a whole
 * number of days counts as another day (BR 6.3.2; the mistake of bug 1715455, where 90 days were 90 days + 1 s).
 */
export function validityDays(notBefore: Temporal.Instant, notAfter: Temporal.Instant): number {
  const milliseconds = notAfter.epochMilliseconds - notBefore.epochMilliseconds;
  return Math.ceil((milliseconds / 1000 + 1) / SECONDS_PER_DAY);
}

/** The notAfter of a certificate that lives `days`. BR 6.3.2: the last second counts, so one second is taken off. */
export function notAfterOf(notBefore: Temporal.Instant, days: number): Temporal.Instant {
  return daysAfter(notBefore, days).subtract({ seconds: 1 });
}

/**
 * Whether a certificate signed at `signedAt` may carry these dates: within the limit of the day it is signed and of
 * the day it starts, whichever is shorter (BR 6.3.2), and started within 48 hours of the signature (BR 7.1.2.7).
 */
export function isValidityPermitted(
  dates: { notBefore: Temporal.Instant; notAfter: Temporal.Instant; signedAt: Temporal.Instant },
  table: DatedTable<ValidityRow> = PUBLIC_VALIDITY,
): boolean {
  const { notBefore, notAfter, signedAt } = dates;
  const limit = Math.min(longestValidityDays(signedAt, table), longestValidityDays(notBefore, table));
  const distance = Math.abs(notBefore.epochMilliseconds - signedAt.epochMilliseconds);
  return (
    Temporal.Instant.compare(notAfter, notBefore) >= 0 &&
    validityDays(notBefore, notAfter) <= limit &&
    distance <= NOT_BEFORE_WINDOW_HOURS * 3_600_000
  );
}

/** The first moment at which a collection made at `collectedAt` may no longer be used. */
export function identityLapsesAt(
  collectedAt: Temporal.Instant,
  table: DatedTable<ValidityRow> = PUBLIC_VALIDITY,
): Temporal.Instant {
  return firstLapse(collectedAt, table, (row) => row.identityReuseDays);
}

/**
 * The first moment at which something collected at `at` is too old, through all the rows ahead: a shorter limit that
 * begins later can end it on that very day. BR 4.2.1 says "no more than N days"; counted with both ends, as
 * validity is, the Nth day's last second is the last one of use, so that no rounding ever reaches beyond the limit.
 */
export function firstLapse<R extends DatedRow>(
  at: Temporal.Instant,
  table: DatedTable<R>,
  limitDays: (row: R) => number,
): Temporal.Instant {
  for (const [index, row] of table.entries()) {
    const next = table[index + 1]?.from ?? null;
    const starts = row.from === null ? at : instantOf(row.from);
    const lapse = later(starts, daysAfter(at, limitDays(row)));
    if (next === null || Temporal.Instant.compare(lapse, instantOf(next)) < 0) return lapse;
  }
  return at;
}

const later = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(a, b) >= 0 ? a : b;
