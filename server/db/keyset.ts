import { type AnyColumn, asc, desc, gt, lt, or, type SQL, sql } from "drizzle-orm";
import type { Id } from "../kernel/ids.ts";

/** A place in a list ordered by id, the newest first: pages have addresses to share and do not shift under new rows. */
export interface Place {
  readonly size: number;
  /** Rows older than this one. */
  readonly after: Id | null;
  /** Rows newer than this one. */
  readonly before: Id | null;
  /** A queue: the oldest first, and everything above turned round. */
  readonly oldestFirst?: boolean;
}

export const PAGE_SIZES = [25, 50, 100] as const;

/** Rows of one page, the newest first, and the places of its neighbours. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Give as `before` for the page of newer rows; null when there are none. */
  readonly newer: Id | null;
  /** Give as `after` for the page of older rows. */
  readonly older: Id | null;
}

/** The condition and order under which to read `limit` rows: one more than the page, to see whether it goes on. */
export function placeOf(id: AnyColumn, { after, before, size, oldestFirst = false }: Place) {
  const rising = (before !== null) !== oldestFirst;
  const edge = before ?? after;
  const where: SQL | undefined = edge === null ? undefined : rising ? gt(id, edge) : lt(id, edge);
  return { where, order: rising ? asc(id) : desc(id), limit: size + 1 };
}

/** Cuts the extra row off and turns a page that was read backwards. */
export function pageOf<Row extends { readonly id: Id }>(found: readonly Row[], place: Place): Page<Row> {
  const further = found.length > place.size;
  const kept = found.slice(0, place.size);
  const rows = place.before === null ? kept : kept.toReversed();
  const hasNewer = place.before === null ? place.after !== null : further;
  const hasOlder = place.before === null ? further : true;
  return {
    rows,
    newer: hasNewer ? (rows[0]?.id ?? null) : null,
    older: hasOlder ? (rows.at(-1)?.id ?? null) : null,
  };
}

/** Does a column hold one of these texts, anywhere and in either case of ASCII letters? Undefined for no texts. */
export function contains(column: AnyColumn, texts: readonly string[]): SQL | undefined {
  // SQLite's lower() knows ASCII alone, so nothing else is lowered on this side either.
  const lowered = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const pattern = (text: string) => `%${lowered(text).replace(/[\\%_]/g, "\\$&")}%`;
  return or(...texts.map((text) => sql`lower(${column}) like ${pattern(text)} escape '\\'`));
}
