import { day, hasStarted, type Moment } from "./dated.ts";

/** A day on which the rules change, for pages that warn ahead and for checks that begin on it. */
export interface Milestone {
  readonly id: MilestoneId;
  readonly from: Temporal.PlainDate;
  readonly source: string;
}

export const MILESTONE_IDS = [
  "five-perspectives",
  "e-books",
  "validity-100-days",
  "phone-and-reverse-name-ban",
  "caa-parameters",
  "server-auth-only",
  "automation-for-every-product",
  "ev-formation-date",
  "email-ban",
  "validity-47-days",
  "validation-reuse-10-days",
] as const;
export type MilestoneId = (typeof MILESTONE_IDS)[number];

export const CALENDAR: readonly Milestone[] = [
  { id: "five-perspectives", from: day("2026-12-15"), source: "BR 3.2.2.9" },
  { id: "e-books", from: day("2027-01-01"), source: "電子帳簿保存法" },
  { id: "validity-100-days", from: day("2027-03-15"), source: "BR 6.3.2, 4.2.1" },
  {
    id: "phone-and-reverse-name-ban",
    from: day("2027-03-15"),
    source: "BR 3.2.2.4.16, .17; 3.2.2.5.2, .3, .5",
  },
  { id: "caa-parameters", from: day("2027-03-15"), source: "BR 4.2.2.1, RFC 8657" },
  { id: "server-auth-only", from: day("2027-03-15"), source: "Chrome Root Program Policy" },
  { id: "automation-for-every-product", from: day("2027-03-15"), source: "Chrome Root Program Policy" },
  { id: "ev-formation-date", from: day("2027-09-15"), source: "EVG 7.1.4.2" },
  { id: "email-ban", from: day("2028-03-15"), source: "BR 3.2.2.4.4, .13, .14" },
  { id: "validity-47-days", from: day("2029-03-15"), source: "BR 6.3.2" },
  { id: "validation-reuse-10-days", from: day("2029-03-15"), source: "BR 4.2.1" },
];

/** Has the milestone's day begun (00:00 UTC)? */
export function isInForceBy(id: MilestoneId, on: Moment): boolean {
  return CALENDAR.some((each) => each.id === id && hasStarted(each.from, on));
}

/** What has not begun at `on`, the nearest first. */
export function milestonesAhead(on: Moment): readonly Milestone[] {
  return CALENDAR.filter((each) => !hasStarted(each.from, on));
}
