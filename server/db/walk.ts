import { and, asc, desc, type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Reader } from "./database.ts";
import type { Page, Place } from "./keyset.ts";
import type { AnyColumn } from "./vocabulary.ts";

/** A number that stops: `more` when there is, or may be, more than was counted. */
export interface Count {
  readonly count: number;
  readonly more: boolean;
}

/** Nothing in a list is counted further than this. */
export const COUNT_LIMIT = 1_000;

/** A condition on the first column of a track's key. */
export type Bound = (column: AnyColumn | SQL) => SQL;

/** The way along an index: equalities on its first columns, then the order of the others, between two bounds. */
export interface Track {
  readonly from: SQLiteTable;
  readonly where: SQL | undefined;
  readonly low?: Bound;
  readonly high?: Bound;
  readonly key: readonly { readonly column: AnyColumn | SQL; readonly number?: true }[];
  readonly direction: "rising" | "falling";
}

/** All of a track in one condition. */
export function whereOf({ where, low, high, key }: Track): SQL | undefined {
  const [first] = key;
  return and(where, first && low?.(first.column), first && high?.(first.column));
}

/** The bounds of what begins with `prefix` on the index of an `ascii` column. */
export function beginning(prefix: string): Pick<Track, "low" | "high"> {
  if (prefix === "") return {};
  const next = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  return { low: (column) => sql`${column} >= ${prefix}`, high: (column) => sql`${column} < ${next}` };
}

/** What begins with `prefix`, as a range of the index of an `ascii` column. */
export function beginsWith(column: AnyColumn | SQL, prefix: string): SQL | undefined {
  const { low, high } = beginning(prefix);
  return and(low?.(column), high?.(column));
}

/** A column for conditions that an index shall not be chosen for: the way to the rows is another. */
export const aside = (column: AnyColumn | SQL): SQL => sql`coalesce(${column}, ${column})`;

/** Several counts as one. */
export function sumOfCounts(counts: readonly Count[]): Count {
  const sum = counts.reduce((all, { count }) => all + count, 0);
  return { count: Math.min(sum, COUNT_LIMIT), more: sum > COUNT_LIMIT || counts.some(({ more }) => more) };
}

/** Counts rows up to a limit, over the index that serves `where`. */
export async function countUpTo(
  on: Reader,
  from: SQLiteTable,
  where: SQL | undefined,
  limit: number = COUNT_LIMIT,
): Promise<Count> {
  const some = on
    .select({ one: sql`1`.as("one") })
    .from(from)
    .where(where)
    .limit(limit + 1)
    .as("some");
  const [row] = await on.select({ count: sql<number>`count(*)`.mapWith(Number) }).from(some);
  const counted = row?.count ?? 0;
  return { count: Math.min(counted, limit), more: counted > limit };
}

/**
 * Counts along a track up to the limit, leaving out what does not fit, over a bounded part of it: in one pass that ends
 * where the limit does.
 */
export async function countAlong(
  on: Reader,
  track: Track,
  rest: SQL | undefined,
  reach: number,
): Promise<Count> {
  const { from } = track;
  const where = whereOf(track);
  if (rest === undefined) return countUpTo(on, from, where);
  const looked = on
    .select({ hit: sql<number>`case when ${rest} then 1 else 0 end`.as("hit") })
    .from(from)
    .where(where)
    .limit(reach)
    .as("looked");
  const some = on
    .select({ one: sql`1`.as("one") })
    .from(looked)
    .where(sql`${looked.hit} = 1`)
    .limit(COUNT_LIMIT + 1)
    .as("some");
  const [row] = await on.select({ count: sql<number>`count(*)`.mapWith(Number) }).from(some);
  const counted = row?.count ?? 0;
  if (counted > COUNT_LIMIT) return { count: COUNT_LIMIT, more: true };
  return { count: counted, more: (await countUpTo(on, from, where, reach - 1)).more };
}

const SEPARATOR = "~";

/** A row's place on a track, as text for an address. */
export const cursorOf = ({ key }: Track): SQL<string> =>
  sql<string>`${sql.join(
    key.map(({ column }) => sql`cast(${column} as text)`),
    sql` || ${sql.raw(`'${SEPARATOR}'`)} || `,
  )}`;

/** The columns of the key against those of a cursor; undefined for a cursor that is none of this track. */
function comparison({ key }: Track, cursor: string, operator: "<" | ">" | "<=" | ">="): SQL | undefined {
  const texts = cursor.split(SEPARATOR);
  if (texts.length !== key.length) return undefined;
  const values = key.map(({ number }, index) => {
    const text = texts[index] ?? "";
    if (!number) return /^[\x20-\x7e]{0,300}$/.test(text) ? text : null;
    return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : null;
  });
  if (values.includes(null)) return undefined;
  const columns = key.map(({ column }) => sql`${column}`);
  // One column is compared as such: SQLite takes a row of one for a mistake.
  if (key.length === 1) return sql`${columns[0]} ${sql.raw(operator)} ${values[0]}`;
  return sql`(${sql.join(columns, sql`, `)}) ${sql.raw(operator)} (${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )})`;
}

/** One step along a track: what to read, in which order, and how far it looked. */
export interface Step {
  readonly where: SQL | undefined;
  readonly order: readonly SQL[];
  readonly limit: number;
  /** Where this step stops looking although the track goes on; null when it may look to the end. */
  readonly edge: string | null;
}

/**
 * From a place along a track. With `reach` it looks at so many rows of the track at most, whatever else the rows must
 * satisfy: a filter that matches none of a million rows then costs a page no more than any other, and the page says
 * where it stopped (`edge`).
 */
export async function stepFrom(on: Reader, track: Track, place: Place, reach: number | null): Promise<Step> {
  const rising = (track.direction === "rising") === (place.before === null);
  const [beyond, upTo] = rising ? ([">", "<="] as const) : (["<", ">="] as const);
  const start = place.before ?? place.after;
  const begin = start === null ? undefined : comparison(track, start, beyond);
  const from = between(track, rising, begin, undefined);
  const order = track.key.map(({ column }) => (rising ? asc(column) : desc(column)));
  const limit = place.size + 1;
  if (reach === null) return { where: from, order, limit, edge: null };
  const [found] = await on
    .select({ cursor: cursorOf(track) })
    .from(track.from)
    .where(from)
    .orderBy(...order)
    .limit(1)
    .offset(reach - 1);
  if (!found) return { where: from, order, limit, edge: null };
  const edge = found.cursor;
  return { where: between(track, rising, begin, comparison(track, edge, upTo)), order, limit, edge };
}

/**
 * The part of a track from `begin` to `end`, in the direction it is read in. Where one of them stands, the track's own
 * bound on that side says the same or less and must lead no index: of two bounds SQLite takes one, and reads from
 * there through everything that only the other one leaves out.
 */
function between(
  track: Track,
  rising: boolean,
  begin: SQL | undefined,
  end: SQL | undefined,
): SQL | undefined {
  const [first] = track.key;
  const [lowest, highest] = rising ? [begin, end] : [end, begin];
  const own = (bound: Bound | undefined, replaced: SQL | undefined) =>
    first && bound?.(replaced === undefined ? first.column : aside(first.column));
  return and(track.where, own(track.low, lowest), own(track.high, highest), begin, end);
}

/** Cuts the extra row off, turns a page that was read backwards, and says how it goes on. */
export function pageOfStep<Row extends { readonly cursor: string }>(
  found: readonly Row[],
  place: Place,
  edge: string | null,
): Page<Row> & { readonly cut: boolean } {
  const further = found.length > place.size;
  const kept = found.slice(0, place.size);
  const rows = place.before === null ? kept : kept.toReversed();
  const onwards = further ? (kept.at(-1)?.cursor ?? null) : edge;
  const back = place.before === null ? place.after : place.before;
  const backwards = back === null ? null : ((place.before === null ? rows[0] : rows.at(-1))?.cursor ?? null);
  return {
    rows,
    newer: place.before === null ? backwards : onwards,
    older: place.before === null ? onwards : backwards,
    cut: !further && edge !== null,
  };
}
