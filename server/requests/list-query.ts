import { z } from "zod";
import { PAGE_SIZES, type Page, type Place } from "../db/index.ts";

/** The query of a list: page sizes and places. A value that cannot be is left out, so that old links still work. */
export const placeQuery = {
  size: z.coerce.number().int().optional().catch(undefined),
  after: z.uuid().optional().catch(undefined),
  before: z.uuid().optional().catch(undefined),
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
  readonly total: number;
  readonly sizes: readonly { readonly size: number; readonly href: string; readonly current: boolean }[];
  readonly csv: string | null;
}

/** The pager of a list page under its filters. */
export function pagerOf(
  path: string,
  filters: Readonly<Record<string, string | null>>,
  list: Page<unknown> & { readonly place: Place; readonly total: number },
): Pager {
  const { size } = list.place;
  const [smallest] = PAGE_SIZES;
  const kept = { ...filters, size: size === smallest ? null : size };
  return {
    newer: list.newer === null ? null : addressOf(path, { ...kept, before: list.newer }),
    older: list.older === null ? null : addressOf(path, { ...kept, after: list.older }),
    total: list.total,
    sizes: PAGE_SIZES.map((one) => ({
      size: one,
      href: addressOf(path, { ...filters, size: one === smallest ? null : one }),
      current: one === size,
    })),
    csv: list.total === 0 ? null : addressOf(`${path}.csv`, filters),
  };
}

/** What shared/_filters shows. */
export interface Chip {
  readonly text: string;
  readonly href: string;
  readonly count: number;
  readonly current: boolean;
}
