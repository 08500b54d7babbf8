import { longestValidityDays, type Moment, recommendedValidityDays } from "../rules/index.ts";

/** Shorter terms that people ask for: a quarter, the 47 days that come in 2029, a month. */
const SHORTER = [90, 47, 30] as const;

/** The terms in days offered on a day, the longest first: 199, 90, 47, 30 in 2026; 46, 30 from 2029-03-15. */
export function offeredTerms(on: Moment): readonly number[] {
  const longest = recommendedValidityDays(on);
  return [longest, ...SHORTER.filter((days) => days < longest)];
}

/** Is a term possible on that day (BR 6.3.2)? A request approved after a rule change may have become too long. */
export function isTermPermitted(days: number, on: Moment): boolean {
  return Number.isInteger(days) && days >= 1 && days <= longestValidityDays(on);
}
