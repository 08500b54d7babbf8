import { z } from "zod";
import { type Count, PAGE_SIZES, type Page, type Place } from "../db/index.ts";

/** The query of a list: page sizes and places. A value that cannot be is left out, so that old links still work. */
export const placeQuery = {
  size: z.coerce.number().int().optional().catch(undefined),
  after: z.string().max(400).optional().catch(undefined),
  before: z.string().max(400).optional().catch(undefined),
};

export interface PlaceQuery {
  readonly size?: number | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

export function placeIn({ size, after, before }: PlaceQuery): Place {
  const [smallest] = PAGE_SIZES;
  return {
    size: PAGE_SIZES.find((one) => one === size) ?? smallest,
    before: before ?? null,
    after: before === undefined ? (after ?? null) : null,
  };
}

/** Addresses inside a list: the same filters with something changed. Empty values are left out. */
export function addressOf(path: string, query: Readonly<Record<string, string | number | null>>): string {
  const set = Object.entries(query).filter(([, value]) => value !== null && value !== "");
  const search = new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString();
  return search === "" ? path : `${path}?${search}`;
}

/** What shared/_pager shows. */
export interface Pager {
  readonly newer: string | null;
  readonly older: string | null;
  /** The beginning of the list, from any other page of it. */
  readonly first: string | null;
  /** The list goes on although this page is not full: the search looked at enough rows for one page. */
  readonly cut: boolean;
  readonly total: Count | number;
  readonly sizes: readonly { readonly size: number; readonly href: string; readonly current: boolean }[];
  readonly csv: string | null;
}

/** The pager of a list page under its filters. */
export function pagerOf(
  path: string,
  filters: Readonly<Record<string, string | null>>,
  list: Page<unknown> & {
    readonly place: Place;
    readonly total: Count | number;
    readonly cut?: boolean;
  },
): Pager {
  const { size } = list.place;
  const [smallest] = PAGE_SIZES;
  const kept = { ...filters, size: size === smallest ? null : size };
  return {
    newer: list.newer === null ? null : addressOf(path, { ...kept, before: list.newer }),
    older: list.older === null ? null : addressOf(path, { ...kept, after: list.older }),
    first: list.place.after === null && list.place.before === null ? null : addressOf(path, kept),
    cut: list.cut ?? false,
    total: list.total,
    sizes: PAGE_SIZES.map((one) => ({
      size: one,
      href: addressOf(path, { ...filters, size: one === smallest ? null : one }),
      current: one === size,
    })),
    csv: isNone(list.total) ? null : addressOf(`${path}.csv`, filters),
  };
}

const isNone = (total: Count | number): boolean =>
  typeof total === "number" ? total === 0 : total.count === 0 && !total.more;

/** What shared/_filters shows. */
export interface Chip {
  readonly text: string;
  readonly href: string;
  /** Null: it is not known whether there are any. */
  readonly count: Count | number | null;
  readonly current: boolean;
}

/** A count for a chip: where the search stopped before it met one, nothing can be said. */
export const chipCount = (counted: Count): Count | null =>
  counted.count === 0 && counted.more ? null : counted;
