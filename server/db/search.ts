import { and, eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Reader } from "./database.ts";
import type { Page, Place } from "./keyset.ts";
import type { AnyColumn } from "./vocabulary.ts";
import {
  aside,
  COUNT_LIMIT,
  type Count,
  countAlong,
  countUpTo,
  cursorOf,
  pageOfStep,
  type Step,
  stepFrom,
  type Track,
  whereOf,
} from "./walk.ts";

/** Rows of a track that one page looks at, that the counts of a narrowed list look at, and those of a whole list. */
const REACH = { page: 2_000, counts: 1_200, plainCounts: 10_000 } as const;

/** The table of names beside the searched table: one row for each name of each of its rows. */
export interface SearchedNames {
  readonly table: SQLiteTable;
  /** Whose name it is. */
  readonly owner: AnyColumn;
  /** The name, or the name reversed: what the track orders by. */
  readonly name: AnyColumn;
  /** How the names that are searched begin; a row with several of them is listed under the first. Null: one exact name. */
  readonly prefix: string | null;
  /** The track's condition in words that no index is chosen for: where the rows are known already. */
  readonly among: SQL | undefined;
}

/** A search as its feature puts it, in terms of indexes. */
export interface Search<Class extends string> {
  readonly table: SQLiteTable;
  readonly id: AnyColumn;
  /** The order of the answer, over `names.table` when names are searched. */
  readonly track: Track;
  /** The track without the chosen class: what the chips count. */
  readonly base: Track;
  readonly names: SearchedNames | null;
  /** Conditions that are served by an index each: the one that fits few rows is where a search begins. */
  readonly ways: readonly { readonly where: SQL; readonly of: Class | null }[];
  /** What a row satisfies apart from its names and its class. Undefined where the base says it all. */
  readonly filter: SQL | undefined;
  /** The chips. */
  readonly classes: Readonly<Record<Class, SQL>>;
  readonly chosen: Class | null;
  /** Is the class said by the track already? */
  readonly chosenByTrack: boolean;
  /** Where nothing but the class narrows the list: a track for each, and what it does not say. */
  readonly plain: Readonly<Record<Class | "all", { readonly track: Track; readonly rest?: SQL }>> | null;
}

export interface Found<Class extends string> extends Page<{ readonly id: string; readonly cursor: string }> {
  /** The page ended before it was full, since it had looked at enough rows; the next one goes on from there. */
  readonly cut: boolean;
  readonly counts: Readonly<Record<Class, Count>>;
  readonly all: Count;
}

/** Where a search begins: ids of at most a thousand rows, or the track. */
type Start = { readonly ids: SQL } | "short-track" | "track";

/**
 * The ids of one page of a search in its order, with the counts of its chips.
 *
 * Where one of the conditions fits a thousand rows or fewer, those are read and sorted: exact, whatever else is asked.
 * Otherwise it walks along the track and leaves out what does not fit, looking at a bounded number of rows a page. So
 * no combination of filters costs more than some thousand entries of an index.
 */
export async function search<Class extends string>(
  on: Reader,
  asked: Search<Class>,
  place: Place,
): Promise<Found<Class>> {
  const whole = await startOf(on, asked, null);
  const start = asked.chosen === null ? whole : await startOf(on, asked, asked.chosen);
  return { ...(await pageFrom(on, asked, start, place)), ...(await countsOf(on, asked, whole)) };
}

/** All pages of a search one after the other, for whoever takes everything along. Each looks at a bounded number of rows. */
export async function* everyPage<Class extends string>(
  on: Reader,
  asked: Search<Class>,
  size: number,
): AsyncGenerator<readonly string[]> {
  const start = await startOf(on, asked, asked.chosen);
  for (let after: string | null = null, first = true; first || after !== null; first = false) {
    const page: Awaited<ReturnType<typeof pageFrom>> = await pageFrom(on, asked, start, {
      size,
      after,
      before: null,
    });
    after = page.older;
    if (page.rows.length > 0) yield page.rows.map(({ id }) => id);
  }
}

async function pageFrom<Class extends string>(on: Reader, asked: Search<Class>, start: Start, place: Place) {
  const rest = restOf(asked);
  const reach = start === "track" && rest !== undefined ? REACH.page : null;
  const track = trackFrom(start, asked.track, asked.names);
  const step = await stepFrom(on, track, place, reach);
  const looked = { step, most: reach ?? COUNT_LIMIT };
  const found = await from(on, asked, start, track, looked, { id: asked.id, cursor: cursorOf(track) })
    .where(and(rest, firstOfItsNames(asked.names)))
    .orderBy(...step.order)
    .limit(step.limit);
  return pageOfStep(found as { id: string; cursor: string }[], place, step.edge);
}

/** What the rows of the track must satisfy besides. */
const restOf = <Class extends string>(asked: Search<Class>): SQL | undefined => {
  const { filter, classes, chosen, chosenByTrack } = asked;
  return and(filter, chosen === null || chosenByTrack ? undefined : classes[chosen]);
};

async function startOf<Class extends string>(
  on: Reader,
  { table, id, names, base, track, ways }: Search<Class>,
  chosen: Class | null,
): Promise<Start> {
  let best: { readonly start: Start; readonly count: number } | null = null;
  const along = chosen === null ? base : track;
  const own = await countUpTo(on, along.from, whereOf(along));
  if (!own.more) best = { start: "short-track", count: own.count };
  for (const { where, of } of ways) {
    if (of !== null && of !== chosen) continue;
    const { count, more } = await countUpTo(on, table, where);
    if (more || (best !== null && best.count <= count)) continue;
    best = {
      start: { ids: sql`(select ${id} as id from ${table} where ${where} limit ${COUNT_LIMIT})` },
      count,
    };
  }
  // Names are joined to ids one by one: worth it only where the track would be long.
  if (names !== null && !own.more) return "short-track";
  return best?.start ?? "track";
}

/** Where the rows are known, their names are looked up by whose they are, not by what they are. */
function trackFrom(start: Start, track: Track, names: SearchedNames | null): Track {
  if (typeof start === "string" || names === null) return track;
  return {
    from: track.from,
    where: names.among,
    direction: track.direction,
    key: track.key.map(({ column, ...key }) => ({ ...key, column: aside(column) })),
  };
}

/** The step of a track and how many of its rows that are, at most. */
interface Looked {
  readonly step: Step;
  readonly most: number;
}

/**
 * The rows of a step from a start on, with their names where those are searched. The cross joins keep the order on
 * SQLite; PostgreSQL is told how few names are looked at: taking a range for thirty times as much as it is, it would
 * read all names and all certificates instead of those.
 */
function from<Fields extends Record<string, AnyColumn | SQL>>(
  on: Reader,
  { table, id, names }: Pick<Search<string>, "table" | "id" | "names">,
  start: Start,
  track: Track,
  { step, most }: Looked,
  fields: Fields,
) {
  const select = on.select(fields as Record<string, AnyColumn>);
  if (typeof start === "object") {
    const rows = select.from(sql`${start.ids} as few`).crossJoin(table);
    const joined = names === null ? rows : rows.crossJoin(names.table);
    const on_ = and(sql`few.id = ${id}`, names === null ? undefined : eq(names.owner, id));
    return conditioned(joined, and(on_, step.where));
  }
  if (names === null) return conditioned(select.from(track.from), step.where);
  const some = sql`(select ${names.owner}, ${names.name} from ${names.table} where ${step.where}
    order by ${sql.join([...step.order], sql`, `)} limit ${most}) as ${names.table}`;
  return conditioned(select.from(some).crossJoin(table), eq(names.owner, id));
}

/** A select whose joins' conditions are part of its where. */
function conditioned(rows: unknown, joined: SQL | undefined) {
  interface Ordered extends PromiseLike<Record<string, unknown>[]> {
    orderBy(...order: SQL[]): Ordered;
    limit(count: number): Ordered;
  }
  const select = rows as { where(condition: SQL | undefined): Ordered };
  return { where: (condition: SQL | undefined) => select.where(and(joined, condition)) };
}

/** A row with several of the searched names is listed once, under the first of them. */
function firstOfItsNames(names: SearchedNames | null): SQL | undefined {
  if (names === null || names.prefix === null) return undefined;
  const { table, owner, name, prefix } = names;
  const earlier = (column: AnyColumn) => sql`"earlier".${sql.identifier(column.name)}`;
  return sql`not exists (select 1 from ${table} as "earlier" where ${earlier(owner)} = ${owner}
    and ${aside(earlier(name))} >= ${prefix} and ${aside(earlier(name))} < ${name})`;
}

async function countsOf<Class extends string>(on: Reader, asked: Search<Class>, start: Start) {
  const { classes, filter, names, plain } = asked;
  const base = trackFrom(start, asked.base, names);
  const keys = Object.keys(classes) as Class[];
  if (start === "track" && plain !== null) {
    const counts = {} as Record<Class, Count>;
    for (const key of keys)
      counts[key] = await countAlong(on, plain[key].track, plain[key].rest, REACH.plainCounts);
    return { counts, all: await countAlong(on, plain.all.track, plain.all.rest, REACH.plainCounts) };
  }
  const whole = { size: 1, after: null, before: null };
  const reach = start === "track" ? REACH.counts : null;
  const step = await stepFrom(on, base, whole, reach);
  const looked = { step, most: reach ?? COUNT_LIMIT };
  const sums = { all: sql`count(*)` } as Record<string, SQL>;
  for (const key of keys) sums[key] = sql`sum(case when ${classes[key]} then 1 else 0 end)`;
  const condition = and(filter, firstOfItsNames(names));
  const [row] = await from(on, asked, start, base, looked, sums).where(condition);
  const more = step.edge !== null;
  const countOf = (key: string): Count => {
    const counted = Number(row?.[key] ?? 0);
    return { count: Math.min(counted, COUNT_LIMIT), more: more || counted > COUNT_LIMIT };
  };
  return {
    counts: Object.fromEntries(keys.map((key) => [key, countOf(key)])) as Record<Class, Count>,
    all: countOf("all"),
  };
}
