import type { APIResponse } from "playwright-core";
import type { Person } from "./people.ts";

/** How many pages of one template are visited. */
export interface Breadth {
  readonly each: number;
  /** Of pages with a query: filters, page sizes, forms filled in beforehand. */
  readonly withQuery: number;
  /** Of requests, which have many faces, one a state. */
  readonly requests: number;
}

export const BROAD: Breadth = { each: 2, withQuery: 3, requests: 8 };
/** For the second language, where the same templates show other words. */
export const NARROW: Breadth = { each: 1, withQuery: 1, requests: 2 };

export interface CrawledPage {
  /** Path and query. */
  readonly url: string;
  /** The path with its ids and its query blotted out: pages of one pattern come from one template. */
  readonly pattern: string;
  readonly html: string;
}

/**
 * Walks the links of a site from `starts` as `person`: same origin, GET, HTML. Downloads are asked for and not walked.
 * Throws at a link that leads nowhere.
 */
export async function* crawl(
  { context, site }: Person,
  starts: readonly string[],
  breadth: Breadth,
  refusalsToo = false,
): AsyncGenerator<CrawledPage> {
  const seen = new Set<string>();
  const visited = new Map<string, number>();
  const waiting = starts.map((url) => ({ url, from: "the start" }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { url, from } = next;
    const pattern = patternOf(url);
    const visits = visited.get(pattern) ?? 0;
    const enough = enoughOf(pattern, breadth);
    if (seen.has(url) || visits >= enough) continue;
    seen.add(url);
    visited.set(pattern, visits + 1);

    const response = await context.request.get(new URL(url, site).href);
    if (!response.ok() && !refusalsToo)
      throw new Error(`${url}, linked from ${from}, was answered with ${response.status()}`);
    const page = await htmlOf(response);
    if (page === null) continue;
    // A redirect is a page of its own: it stands where it ended.
    const landed = pathOf(response.url());
    if (landed !== url && seen.has(landed)) continue;
    seen.add(landed);
    yield { url: landed, pattern: patternOf(landed), html: page };
    for (const link of linksOf(page, response.url(), site)) waiting.push({ url: link, from: landed });
  }
}

function enoughOf(pattern: string, { each, withQuery, requests }: Breadth): number {
  if (pattern.endsWith("?")) return withQuery;
  return pattern === "/requests/:id" ? requests : each;
}

const patternOf = (url: string): string => {
  const { pathname, search } = new URL(url, "https://site.invalid");
  return pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id") + (search === "" ? "" : "?");
};

const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url);
  return pathname + search;
};

async function htmlOf(response: APIResponse): Promise<string | null> {
  const isPage = (response.headers()["content-type"] ?? "").startsWith("text/html");
  return isPage ? response.text() : null;
}

function linksOf(html: string, base: string, site: string): string[] {
  const links = [...html.matchAll(/<a\s[^>]*?href="([^"]*)"/g)].map(
    ([, href = ""]) => new URL(href.replaceAll("&amp;", "&"), base),
  );
  return links.filter(({ origin }) => origin === site).map(({ href }) => pathOf(href));
}
