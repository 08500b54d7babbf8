/**
 * Tables of rules that change on known days. A row holds from the first second (00:00 UTC) of its day until the next
 * row's day; the first row has no beginning. Every decision asks "which rule holds at this moment?", so that
 * tomorrow's rule needs no release, a test can stand on any day, and a private hierarchy can bring its own table.
 */
export interface DatedRow {
  /** The first day of the row, in UTC; null for the row that was always there. */
  readonly from: Temporal.PlainDate | null;
}

/** At least one row, in the order of their days, the first without a beginning. */
export type DatedTable<R extends DatedRow> = readonly [R, ...R[]];

/** A day stands for its first second, 00:00 UTC. */
export type Moment = Temporal.Instant | Temporal.PlainDate;

export const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);

// Some 20 µs each, and every issuance asks a handful of them; the tables' days are few and never change.
const starts = new WeakMap<Temporal.PlainDate, { readonly at: Temporal.Instant; readonly ms: number }>();

function startOf(on: Temporal.PlainDate) {
  const known = starts.get(on);
  if (known) return known;
  const at = on.toZonedDateTime("UTC").toInstant();
  const start = { at, ms: at.epochMilliseconds };
  starts.set(on, start);
  return start;
}

/** The first second of a rule's day: rules of the CA/Browser Forum start at 00:00 UTC. */
export const startOfRuleDay = (on: Temporal.PlainDate): Temporal.Instant => startOf(on).at;

const millisecondsOf = (on: Moment): number =>
  on instanceof Temporal.Instant ? on.epochMilliseconds : startOf(on).ms;

export function instantOf(on: Moment): Temporal.Instant {
  return on instanceof Temporal.Instant ? on : startOfRuleDay(on);
}

/** Has the rule that starts on `from` begun by `on`? A rule without a beginning always has. */
export function hasStarted(from: Temporal.PlainDate | null, on: Moment): boolean {
  // Rules start at whole seconds, so that what lies below a millisecond decides nothing.
  return from === null || millisecondsOf(on) >= startOf(from).ms;
}

/** The row in force at a moment. */
export function inForce<R extends DatedRow>(table: DatedTable<R>, on: Moment): R {
  const ms = millisecondsOf(on);
  return table.findLast(({ from }) => from === null || ms >= startOf(from).ms) ?? table[0];
}

/** Whole days are 86,400 s each (BR 6.3.2); there are no leap seconds in certificates. */
export const SECONDS_PER_DAY = 86_400;

export function daysAfter(at: Temporal.Instant, days: number): Temporal.Instant {
  return at.add({ seconds: days * SECONDS_PER_DAY });
}
