/** The service contract of a subscriber: 12 months from its start (domain.md 3). */
export interface Contract {
  readonly startsOn: Temporal.PlainDate;
  /** The last day in force, Japanese time. */
  readonly endsOn: Temporal.PlainDate;
  /** コミットメント: certificates planned in this contract year. */
  readonly commitment: number;
}

/** The last day of a contract that starts on `startsOn`: twelve months later, less a day. */
export function lastDay(startsOn: Temporal.PlainDate): Temporal.PlainDate {
  return startsOn.add({ months: 12 }).subtract({ days: 1 });
}
